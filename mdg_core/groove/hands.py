"""What the hands keep time with: the figure on hat and ride, open hats, and the division of the beat."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mdg_core.distinct import distinct
from mdg_core.groove.frame import Frame
from mdg_core.kit import Voice
from mdg_core.swing import SHUFFLE_PERCENT

HandPattern = Literal["quarters", "eighths", "offbeats", "sixteenths", "triplets", "shuffle", "spang_a_lang", "mixed"]
Subdivision = Literal["straight", "sixteenth", "shuffle", "triplet"]

MIN_HITS = 8
MIN_BARS = 2

_PLAYED = 0.5  # share of the beats from which a place belongs to the figure
_RARE = 0.3


def hand_pattern(frame: Frame, *voices: Voice) -> HandPattern | None:
    """The figure that these voices repeat; None with fewer than 8 hits or 2 bars of it.

    "spang_a_lang" is the jazz ride: the beats, and swung upbeats after the second and fourth.
    """
    which = frame.of(*voices)
    bars = distinct(frame.bar[which])
    too_short = frame.steps_per_bar < frame.steps_per_quarter  # a bar within a quarter has no figure
    if np.count_nonzero(which) < MIN_HITS or len(bars) < MIN_BARS or too_short:
        return None
    steps = distinct(frame.step[which]) % frame.steps_per_bar
    profile = np.bincount(steps, minlength=frame.steps_per_bar) / len(bars)
    return _compound_figure(frame, profile) if frame.metre.is_compound else _simple_figure(frame, profile)


def _compound_figure(frame: Frame, profile: NDArray[np.float64]) -> HandPattern:
    """Eighths, or sixteenths between them, or the dotted beats."""
    eighth = frame.beat_steps // 3 or 1
    if _mean(np.delete(profile, np.s_[::eighth])) >= _PLAYED:
        return "sixteenths"
    if profile[::eighth].mean() >= 2 / 3:
        return "eighths"
    return "quarters" if profile[:: frame.beat_steps].mean() >= _PLAYED else "mixed"


def _simple_figure(frame: Frame, profile: NDArray[np.float64]) -> HandPattern:
    size = frame.steps_per_quarter
    quarters = profile[: len(profile) // size * size].reshape(-1, size)  # a row a quarter
    beat = float(quarters[:, 0].mean())
    triplet = is_shuffled(frame)
    upbeat_step = {3: 2, 6: 4}.get(size, size // 2) if triplet or size == 3 else size // 2
    upbeat = quarters[:, upbeat_step]
    if triplet and size in (3, 6) and quarters[:, upbeat_step // 2].mean() >= _PLAYED:
        return "triplets"
    if not triplet and size >= 4:
        weak = quarters[:, [2, 5]] if size == 6 else quarters[:, [size // 4, size * 3 // 4]]
        if weak.mean() >= _PLAYED and beat >= _PLAYED:
            return "sixteenths"
    if beat < _PLAYED:
        return "offbeats" if upbeat.mean() >= _PLAYED and beat < _RARE else "mixed"
    if triplet and upbeat[1::2].size and upbeat[1::2].mean() >= _PLAYED and upbeat[::2].mean() < _RARE:
        return "spang_a_lang"
    if upbeat.mean() >= _PLAYED:
        return "shuffle" if triplet else "eighths"
    return "quarters" if upbeat.mean() < _RARE else "mixed"


def open_hat_steps(frame: Frame) -> list[int] | None:
    """Steps of the bar where an open hat is played in a quarter of the bars or more; None with under 2 bars."""
    if frame.span_bars < MIN_BARS:
        return None
    counts = np.bincount(frame.in_bar[frame.of(Voice.OPEN_HAT)], minlength=frame.steps_per_bar)
    return np.flatnonzero(counts >= max(2.0, 0.25 * frame.span_bars)).tolist()


def is_shuffled(frame: Frame) -> bool:
    """Whether the upbeats are triplets: on a triplet grid, or swung as far as one."""
    return frame.steps_per_quarter == 3 or (frame.eighths is not None and frame.eighths.percent >= SHUFFLE_PERCENT)


def subdivision(frame: Frame) -> Subdivision | None:
    """What divides the beat: two eighths ("straight"), four sixteenths, a long and a short ("shuffle"), or
    three of a kind ("triplet", the twelve-eight feel, whether notated in 4/4 or in 12/8).

    None with fewer than 8 hits between the beats.
    """
    size = frame.steps_per_quarter
    in_beat = frame.in_bar % frame.beat_steps
    between = in_beat[in_beat > 0]
    if len(between) < MIN_HITS:
        return None
    if frame.metre.is_compound:
        return "triplet"
    if is_shuffled(frame):
        middle = np.isin(between, {3: (1,), 6: (2,)}.get(size, ()))
        return "triplet" if middle.mean() >= 0.25 else "shuffle"
    weak = between % (size // 2) != 0 if size % 2 == 0 else np.zeros(len(between), dtype=bool)
    return "sixteenth" if weak.mean() >= 0.15 else "straight"


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0
