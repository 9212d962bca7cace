"""A take that lies early or late as a whole, put back on its grid.

The *shift* of a take is what all its main voices are early or late together: the lateness of the most punctual of
them, nought where some are early and others late. A snare laid back against an on-time hat is no shift, nor is a hat
that pushes: one voice that is on time holds the take where it is. Voices are measured on the beats, where swing does
not reach. Which alignment is meant, of those up to half an eighth away, is the one that puts the strokes on strong
places.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.bars import bars_of, in_force, mean_tempo
from mdg_core.kit import CYMBALS, VOICES, Voice
from mdg_core.middle import middle
from mdg_core.midi import Take

AUDIBLE_MS = 20.0  # from here the shift is told to the person; two strokes so far apart are heard as two

_LEAST_MS = 3.0  # a shift below is nothing: the take stays as it is
_LARGEST = 0.25  # quarters: half an eighth
_MIN_STROKES = 8  # of a voice on the beats, for it to count
_MAIN_SHARE = 0.1  # of the strokes on the beats, from which a voice is a main one
_NEAR = 0.12  # quarters about a beat where its strokes lie
_USUAL = 0.07  # quarters; people play so early or late without any shift of the file
_MARGIN = 0.06  # by which a larger one must explain the places better; two of 1,006 real takes pass by mistake
_BINS = 48  # of a quarter
_PLACE_WIDTH = 0.035  # quarters
_STRONG = 2.0  # what a drum that marks the beat weighs against a cymbal
# how much a stroke at this part of a quarter says for the alignment that puts it there
_PLACES = {0.0: 1.0, 0.25: 0.25, 1 / 3: 0.2, 0.5: 0.6, 2 / 3: 0.4, 0.75: 0.25}
_COMPOUND_PLACES = {0.0: 1.0, 0.5: 0.6, 1.0: 0.6, 0.25: 0.2, 0.75: 0.2, 1.25: 0.2}  # of a dotted quarter

_MARKS_BEAT = np.array([voice in (Voice.KICK, Voice.SNARE, *CYMBALS) for voice in VOICES])


def aligned(take: Take) -> tuple[Take, float]:
    """The take with its shift taken off, and the shift in ms (late positive, 0 where nothing was taken off).

    Onsets can come out a little before 0. Ticks stay the file's own.
    """
    shift = shift_quarters(take)
    ms = shift * 60_000 / mean_tempo(take)
    if abs(ms) < _LEAST_MS:
        return take, 0.0
    return (
        replace(
            take, onset_quarters=take.onset_quarters - shift, onset_seconds=take.onset_seconds - ms / 1000
        ),
        ms,
    )  # fmt: skip


def shift_quarters(take: Take) -> float:
    """By how much the take lies late as a whole, in quarters, within half an eighth; 0 with too little evidence."""
    if len(take) < _MIN_STROKES:
        return 0.0
    compound = take.metres[0].metre.is_compound
    beat = 1.5 if compound else 1.0
    onset = take.onset_quarters
    if len(take.metres) > 1:
        starts = bars_of(take).starts
        onset = onset - starts[in_force(starts, onset)]
    anchor = _anchor(onset / beat, take.voice_code, compound=compound, beat=beat)
    phase = onset / beat - anchor / beat
    distance = (phase - np.rint(phase)) * beat
    near = np.abs(distance) < _NEAR
    on_beat = np.bincount(take.voice_code[near], minlength=len(VOICES))
    main = np.flatnonzero((on_beat >= _MIN_STROKES) & (on_beat >= _MAIN_SHARE * near.sum()))
    if not len(main):
        return 0.0
    code, distance = take.voice_code[near], distance[near] + anchor
    late = [middle(distance[code == voice]) for voice in main.tolist()]
    if min(late) > 0:
        return min(late)
    return max(late) if max(late) < 0 else 0.0


def _anchor(phase: NDArray[np.float64], code: NDArray[np.int64], *, compound: bool, beat: float) -> float:
    """The shift in quarters that puts most strokes on strong places."""
    bins = round(_BINS * beat)
    place = np.rint(phase * bins).astype(np.int64) % bins
    weight = np.where(_MARKS_BEAT[code], _STRONG, 1.0)
    counts = np.bincount(place, weights=weight, minlength=bins)
    score = _templates(compound, bins) @ (counts / counts.sum())
    return float(_shifts()[np.argmax(score - _reluctance())] / _BINS)


@lru_cache
def _reluctance() -> NDArray[np.float64]:
    """By how much each shift must explain the places better than a usual one."""
    beyond = np.abs(_shifts()) / _BINS - _USUAL
    return _MARGIN * np.clip(beyond / _USUAL, 0.0, 1.0)


@lru_cache
def _shifts() -> NDArray[np.int64]:
    """Shifts that are tried, in bins."""
    return np.arange(-round(_LARGEST * _BINS), round(_LARGEST * _BINS) + 1)


@lru_cache
def _templates(compound: bool, bins: int) -> NDArray[np.float64]:
    """For each shift (rows) what a stroke in each bin of the beat says for it."""
    places = _COMPOUND_PLACES if compound else _PLACES
    length = 1.5 if compound else 1.0
    at = np.arange(bins) / bins * length
    worth = np.zeros(bins)
    for place, value in places.items():
        distance = np.abs(at - place)
        distance = np.minimum(distance, length - distance)
        worth = np.maximum(worth, value * np.exp(-0.5 * (distance / _PLACE_WIDTH) ** 2))
    return np.stack([np.roll(worth, shift) for shift in _shifts()])
