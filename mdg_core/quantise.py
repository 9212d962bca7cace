"""From a take to a grid: which grid the playing is on, where the bar lines are, which cell each hit is in.

Conventions: a *step* is a quarter divided by `steps_per_quarter`; offsets are played minus notated
time in steps, late is positive, within half a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import HATS, RIDES, VOICES
from mdg_core.midi import Take
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.swing import SHUFFLE_PERCENT, eighth_swing

GRIDS = (4, 3, 6, 8)  # steps a quarter: sixteenths, eighth triplets, sixteenth triplets, thirty-seconds

_IS_TIMEKEEPER = np.array([voice in (*HATS, *RIDES) for voice in VOICES])

# Spread of human timing about the grid, in seconds, of tight and of loose players: the rock takes of the Groove MIDI
# Dataset have 0.02-0.03. With the first alone, who plays loosely on sixteenths is heard on thirty-seconds.
_TIMING_SPREADS_SECONDS = (0.02, 0.03)
_SPREAD_QUARTERS = (0.03, 0.055)
_OUTLIERS = 0.05  # share of hits that are taken to lie anywhere
_MIN_EVIDENCE, _MIN_EVIDENCE_PER_HIT = 5.0, 0.1  # log-likelihood by which another grid must beat sixteenths
_MIN_STEP_SECONDS = 0.075  # below this, steps drown in the spread of timing
_SHUFFLE_UPBEATS = (0.61, 0.65, 0.69)  # not 0.75: that is a straight sixteenth
_ON_BEAT = 0.09  # quarters about the beat where a hit says nothing of the subdivision


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a take by its metre map, from its start to the bar after its last hit."""

    starts: NDArray[np.float64]  # quarters, ascending
    metres: tuple[Metre, ...]

    def metre_starts(self, metre: Metre) -> NDArray[np.bool_]:
        """Which bars have this metre."""
        return np.array([m == metre for m in self.metres], dtype=bool)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where on a grid each of n hits of a take is; hits in bars of another metre are left out (`index`)."""

    metre: Metre
    steps_per_quarter: int
    bars: int
    index: NDArray[np.int64]  # which hits of the take
    step: NDArray[np.int64]  # from the start of the first bar of this metre
    offset: NDArray[np.float64]  # steps

    @property
    def steps_per_bar(self) -> int:
        return int(self.metre.bar_quarters * self.steps_per_quarter)


def quantise(take: Take, metre: Metre | None = None, steps_per_quarter: int | None = None) -> Pattern:
    """The take as a pattern with micro-timing; of two hits of a voice in one cell the louder is kept.

    Parameters
    ----------
    metre
        Bars of this metre from the start of the file. By default the file's own metre map; where it
        changes, the metre with the most hits, and only its bars.
    steps_per_quarter
        The grid; by default `estimate_grid`.

    Raises
    ------
    ValueError
        The grid does not divide a bar of the metre.
    """
    placed = place(take, metre, steps_per_quarter)
    velocity = take.velocity[placed.index]
    code = take.voice_code[placed.index]
    keep = loudest(placed.step * len(VOICES) + code, velocity)
    hits = (
        Hit(step, VOICES[voice], level, offset)
        for step, voice, level, offset in zip(
            placed.step[keep].tolist(), code[keep].tolist(), velocity[keep].tolist(), placed.offset[keep].tolist(),
            strict=True,
        )
    )  # fmt: skip
    return Pattern(placed.metre, placed.bars, placed.steps_per_quarter, tuple(hits))


def loudest(cell: NDArray[np.int64], velocity: NDArray[np.int64]) -> NDArray[np.intp]:
    """Index of the loudest hit of each cell, by cell; the first of equals."""
    order = np.lexsort((-velocity, cell))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(cell[order]) != 0
    return order[first]


def place(
    take: Take,
    metre: Metre | None = None,
    steps_per_quarter: int | None = None,
    *,
    positions: NDArray[np.float64] | None = None,
) -> Placement:
    """The nearest cell of each hit, with the parameters and errors of `quantise`.

    `positions` says where in the quarter (0 to 1, ascending from 0) each of its steps is played, for
    a grid that swings (`groove.swung_positions`); offsets are then against the swung step.
    """
    bars = bars_of(take, metre)
    metre = metre or main_metre(take, bars)
    steps = steps_per_quarter or estimate_grid(take, metre)
    if (metre.bar_quarters * steps).denominator != 1:
        raise ValueError(f"{steps} steps a quarter do not divide a bar of {metre}")
    played_at = np.append(np.arange(steps) / steps if positions is None else positions, 1.0)
    onset = take.onset_quarters
    bar = np.searchsorted(bars.starts, onset, side="right") - 1
    beat, phase = np.divmod(onset - bars.starts[bar], 1.0)
    in_quarter = np.searchsorted((played_at[1:] + played_at[:-1]) / 2, phase, side="right")
    step = beat.astype(np.int64) * steps + in_quarter
    offset = (phase - played_at[in_quarter]) * steps
    # a hit nearer to the next bar line than to its own bar's last step is the next bar's first
    room = np.diff(bars.starts, append=np.inf)[bar]
    early = step >= np.rint(room * steps)
    of_metre = bars.metre_starts(metre)
    if not of_metre[bar + early].any():
        early[:] = False  # all of them anticipate a bar of another metre: they stay with their own
    offset[early] = ((onset - bars.starts[bar] - room) * steps)[early]
    step[early] = 0
    bar += early
    index = np.flatnonzero(of_metre[bar])
    per_bar = int(metre.bar_quarters * steps)
    step = (np.cumsum(of_metre) - 1)[bar[index]] * per_bar + step[index]
    return Placement(
        metre=metre,
        steps_per_quarter=steps,
        bars=int(step.max()) // per_bar + 1,
        index=index,
        step=step,
        offset=offset[index],
    )


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


def main_metre(take: Take, bars: Bars) -> Metre:
    """The metre that most hits are played in."""
    if len(take.metres) == 1:
        return take.metres[0].metre
    bar = np.searchsorted(bars.starts, take.onset_quarters, side="right") - 1
    hits = np.bincount(bar, minlength=len(bars.metres))
    totals: dict[Metre, int] = {}
    for metre, count in zip(bars.metres, hits.tolist(), strict=True):
        totals[metre] = totals.get(metre, 0) + count
    return max(totals, key=lambda m: totals[m])


def estimate_grid(take: Take, metre: Metre) -> int:
    """Steps a quarter of the grid that explains the hits between the beats best.

    Each grid is a mixture of its points within the quarter, each with the same weight and the
    spread of a tight or a loose player, whichever fits the grid better, and a few outliers; a finer
    grid pays for its extra points through their smaller weight (as in a Bayesian comparison of
    models). A shuffle counts as a triplet grid. What the hits on the beat are early or late together
    is taken off first. Sixteenths are kept unless another grid is clearly better. Left out are grids
    that do not divide the bar, and those whose steps cannot be told apart at the take's tempo.
    """
    beats_per_second = mean_tempo(take) / 60
    phase = quarter_phase(take)
    near = np.abs(phase) < 2 * _ON_BEAT
    phase -= np.median(phase[near]) if near.any() else 0.0
    between = phase[np.abs(phase) > max(_ON_BEAT, min(2 * _TIMING_SPREADS_SECONDS[0] * beats_per_second, 0.14))]
    usual, *finer = grids_for(metre)
    grids = [usual, *(g for g in finer if g < usual or g * beats_per_second * _MIN_STEP_SECONDS <= 1)]
    spreads = np.clip(np.multiply(_TIMING_SPREADS_SECONDS, beats_per_second), *_SPREAD_QUARTERS)
    scores = {steps: _log_likelihood(between, np.arange(steps) / steps, spreads) for steps in grids}
    if 3 in scores:  # a shuffle is notated in triplets, also when its long note is a little shorter or longer
        tight = spreads[:1]  # played loosely, a light swing would be one
        scores[3] = max(scores[3], *(_log_likelihood(between, np.array([0, at]), tight) for at in _SHUFFLE_UPBEATS))
    best = max(scores, key=lambda steps: scores[steps])
    margin = _MIN_EVIDENCE + _MIN_EVIDENCE_PER_HIT * len(between)
    if scores[best] <= scores[usual] + margin:
        best = usual
    if best == 4 and 3 in scores:  # a ride too free for its hits to fit triplets can still swing beyond doubt
        swing = eighth_swing(cymbal_onsets(take), 4)
        return 3 if swing and swing.percent >= SHUFFLE_PERCENT else 4
    return best


def cymbal_onsets(take: Take) -> NDArray[np.float64]:
    """Onsets in quarters of what the stick keeps time on: hats and rides."""
    return np.asarray(take.onset_quarters[_IS_TIMEKEEPER[take.voice_code]])


def quarter_phase(take: Take) -> NDArray[np.float64]:
    """Place of each hit about the nearest quarter of its bar, in quarters, -0.5 to 0.5."""
    onset = take.onset_quarters
    if len(take.metres) > 1:
        bars = bars_of(take).starts
        onset = onset - bars[np.searchsorted(bars, onset, side="right") - 1]
    return np.asarray(onset - np.rint(onset))


def mean_tempo(take: Take) -> float:
    """Quarters a minute between the first hit and the last; the first tempo where all hits coincide."""
    seconds = take.onset_seconds[-1] - take.onset_seconds[0]
    if seconds <= 0:
        return take.tempos[0].bpm
    return float(60 * (take.onset_quarters[-1] - take.onset_quarters[0]) / seconds)


def grids_for(metre: Metre) -> Sequence[int]:
    """The grids that divide a bar of this metre, the usual one first."""
    return [steps for steps in GRIDS if (metre.bar_quarters * steps).denominator == 1] or [8]


def _log_likelihood(phase: NDArray[np.float64], points: NDArray[np.float64], spreads: NDArray[np.float64]) -> float:
    """Of the phases, with the one of the spreads that makes it greatest."""
    distance = phase[:, None] - points[None, :]
    distance -= np.rint(distance)
    scaled = distance / spreads[:, None, None]
    density = np.exp(-0.5 * scaled**2).sum(axis=2) / (len(points) * spreads[:, None] * np.sqrt(2 * np.pi))
    return float(np.log((1 - _OUTLIERS) * density + _OUTLIERS).sum(axis=1).max())
