"""The bars of a take by its metre map, and its tempo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.midi import Take
from mdg_core.pattern import Metre


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a take by its metre map, from its start to the bar after its last hit."""

    starts: NDArray[np.float64]  # quarters, ascending
    metres: tuple[Metre, ...]

    def metre_starts(self, metre: Metre) -> NDArray[np.bool_]:
        """Which bars have this metre."""
        return np.array([m == metre for m in self.metres], dtype=bool)


def bars_of(take: Take, metre: Metre | None = None) -> Bars:
    """Bar lines up to the end of the bar after the last hit; of `metre` throughout if it is given."""
    changes = [(0.0, metre)] if metre else list(take.metres)
    end = float(take.onset_quarters[-1])
    starts: list[NDArray[np.float64]] = []
    metres: list[Metre] = []
    for (start, current), until in zip(changes, [*(c[0] for c in changes[1:]), np.inf], strict=True):
        if starts and starts[-1][-1] > end:
            break
        length = float(current.bar_quarters)
        # a change within a bar cuts that bar short; a hair of rounding makes no bar of its own
        to_change, to_end = np.ceil((until - start) / length - 1e-6), (end - start) // length + 2
        count = max(1, int(min(to_change, to_end)))
        starts.append(np.asarray(start + np.arange(count) * length, dtype=np.float64))
        metres += [current] * count
    return Bars(starts[0] if len(starts) == 1 else np.concatenate(starts), tuple(metres))


def in_force(starts: NDArray[np.float64], quarters: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which of the `starts` (ascending) holds at each place; what lies a hair before the first is the first's.

    A take whose shift was taken off can begin before quarter 0.
    """
    return np.maximum(np.searchsorted(starts, quarters, side="right") - 1, 0)


def main_metre(take: Take, bars: Bars) -> Metre:
    """The metre that most hits are played in."""
    if len(take.metres) == 1:
        return take.metres[0].metre
    hits = np.bincount(in_force(bars.starts, take.onset_quarters), minlength=len(bars.metres))
    totals: dict[Metre, int] = {}
    for metre, count in zip(bars.metres, hits.tolist(), strict=True):
        totals[metre] = totals.get(metre, 0) + count
    return max(totals, key=lambda m: totals[m])


def mean_tempo(take: Take) -> float:
    """Quarters a minute between the first hit and the last; the first tempo where all hits coincide."""
    seconds = take.onset_seconds[-1] - take.onset_seconds[0]
    if seconds <= 0:
        return take.tempos[0].bpm
    return float(60 * (take.onset_quarters[-1] - take.onset_quarters[0]) / seconds)
