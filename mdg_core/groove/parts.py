"""What is not the same throughout a take: its tempo and its swing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdg_core.bars import mean_tempo
from mdg_core.midi import Take
from mdg_core.pattern import Metre
from mdg_core.swing import MIN_PAIRS, SHUFFLE_PERCENT, Swing, mean_swing, upbeats

_JUMP = 0.06  # by which a tempo is another one, not the next of a ramp
_SAME = 0.03  # within which two parts have one tempo
_MIN_BARS = 4.0  # of a part, for it to count
_STRAIGHT_WITHIN = 4.0  # percent about 50, within which eighths are heard as straight
_BLOCK_BARS = 4  # whose swing is measured together
_LEAST_SHARE = 0.2  # of those blocks, for a swing to be one of the take's


class MainTempo(NamedTuple):
    """The tempo that most bars have, in quarters a minute, and what is to be told of the others."""

    bpm: float
    note: str | None = None


def main_tempo(take: Take, metre: Metre) -> MainTempo:
    """The mean tempo; where it jumps between parts of four bars or more, the mean of those that last longest."""
    mean = mean_tempo(take)
    if len(take.tempos) == 1:
        return MainTempo(mean)
    start, end = float(take.onset_quarters[0]), float(take.onset_quarters[-1])
    at = np.clip([*(change.quarters for change in take.tempos), np.inf], start, end)
    quarters = np.diff(at)
    bpm = np.array([change.bpm for change in take.tempos])[quarters > 0]
    quarters = quarters[quarters > 0]
    if len(bpm) < 2:
        return MainTempo(mean)
    jumps = np.abs(np.diff(np.log(bpm))) > np.log1p(_JUMP)
    part = np.append(0, np.cumsum(jumps))
    lasts = np.bincount(part, weights=quarters)
    tempo = lasts / np.bincount(part, weights=quarters / bpm)
    found: list[tuple[float, float]] = []  # quarters, bpm
    for length, value in zip(lasts.tolist(), tempo.tolist(), strict=True):
        for i, (other_length, other) in enumerate(found):
            if abs(value / other - 1) <= _SAME:
                found[i] = (other_length + length, other)
                break
        else:
            found.append((length, value))
    long = [(length, value) for length, value in found if length >= (_MIN_BARS - 1) * metre.bar_quarters]
    if len(long) < 2:
        return MainTempo(mean)
    told = [f"{value / metre.tempo_quarters:.0f}" for _, value in long]
    return MainTempo(max(long)[1], f"tempo changes: {', '.join(told[:-1])} and {told[-1]}")


def main_swing(onset: NDArray[np.float64], metre: Metre, steps: int) -> tuple[Swing, str] | None:
    """Where some bars are straight and others a shuffle, the swing that more of them have, and what is to be told.

    `onset` are the strokes that the swing of eighths is measured on, in quarters, `steps` the grid's steps a quarter.
    """
    at, places = upbeats(onset, steps)
    block = (at / float(_BLOCK_BARS * metre.bar_quarters)).astype(np.int64)
    if not len(block) or block[0] == block[-1]:
        return None
    block -= block[0]
    pairs = np.bincount(block)
    percent = 100 * np.bincount(block, weights=places) / np.maximum(pairs, 1)
    measured = pairs >= MIN_PAIRS
    straight = measured & (np.abs(percent - 50) <= _STRAIGHT_WITHIN)
    shuffled = measured & (percent >= SHUFFLE_PERCENT)
    if min(straight.sum(), shuffled.sum()) < max(1.0, _LEAST_SHARE * measured.sum()):
        return None
    swings = [mean_swing(places[which[block]]) for which in (straight, shuffled)]
    return (
        swings[int(shuffled.sum() > straight.sum())],
        f"swing changes: eighths at {swings[0].percent:.0f} and {swings[1].percent:.0f} %",
    )
