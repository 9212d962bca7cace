"""A take that lies early or late as a whole, put back on its grid.

The *shift* of a take is what all its main voices are early or late together: the lateness of the most punctual of
them, nought where some are early and others late. A snare laid back against an on-time hat is no shift, nor is a hat
that pushes: one voice that is on time holds the take where it is. Voices are measured on the beats, where swing does
not reach. Which alignment is meant, of those up to half an eighth away, is the one that puts the strokes on strong
places; at a fast tempo a shift is soon a sixteenth and more, and there the kick on the one and the backbeat decide.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdg_core.bars import bars_of, in_force, mean_tempo
from mdg_core.kit import CYMBALS, VOICES, Voice
from mdg_core.middle import middle
from mdg_core.midi import Take
from mdg_core.pattern import Metre

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

_TURNS = (-2, -1, 1, 2)  # sixteenths further off than the places say, that kick and backbeat can be from theirs
_CLEAR = 0.03  # by which the places must speak for a shift rather than for another
_MIN_STROKES_OF_HALF = 24
_FARTHEST = 0.42  # quarters; half a quarter is a matter of the bar line
_LOUD = 0.6  # of the snare's 95th percentile; softer strokes are no backbeat, however many there are of them
_FIGURE_WIDTH = 0.1  # quarters about the places of the figure
_FIGURE, _NO_FIGURE = 0.85, 0.3  # share of the loud snares on the backbeats, and at most of them as the places say
_FIGURE_KICKS, _EVERY_BAR = 0.7, 0.9  # of the bars, that have a kick on the one

_KICK, _SNARE = VOICES.index(Voice.KICK), VOICES.index(Voice.SNARE)
_MARKS_BEAT = np.array([voice in (Voice.KICK, Voice.SNARE, *CYMBALS) for voice in VOICES])


class Aligned(NamedTuple):
    """A take put back on its grid."""

    take: Take  # its ticks stay the file's own; onsets can come out a little before 0
    shift_ms: float  # that was taken off, late positive; 0 where nothing was
    clear: bool  # whether no other alignment puts the strokes on places as strong


def aligned(take: Take) -> Aligned:
    """The take with its shift taken off."""
    shift, clear = shift_quarters(take)
    ms = shift * 60_000 / mean_tempo(take)
    if abs(ms) < _LEAST_MS:
        return Aligned(take, 0.0, True)
    moved = replace(take, onset_quarters=take.onset_quarters - shift, onset_seconds=take.onset_seconds - ms / 1000)
    return Aligned(moved, ms, clear)


def shift_quarters(take: Take) -> tuple[float, bool]:
    """By how much the take lies late as a whole, in quarters, and whether that is clear; 0 with too little evidence."""
    if len(take) < _MIN_STROKES:
        return 0.0, True
    metre = take.metres[0].metre
    beat = 1.5 if metre.is_compound else 1.0
    onset = take.onset_quarters
    if len(take.metres) > 1:
        starts = bars_of(take).starts
        onset = onset - starts[in_force(starts, onset)]
    anchor, clear = _anchor(onset / beat, take.voice_code, compound=metre.is_compound, beat=beat)
    if metre == Metre(4, 4) and len(take.metres) == 1 and (figure := _figure_of(take)) is not None:
        if abs(anchor) > _NEAR and figure.stands_against(anchor):  # where ghosts on all short notes draw it
            anchor, clear = 0.0, True
        elif (turned := _by_backbeat(figure, anchor)) is not None:
            anchor, clear = turned, True
    phase = onset / beat - anchor / beat
    distance = (phase - np.rint(phase)) * beat
    near = np.abs(distance) < _NEAR
    on_beat = np.bincount(take.voice_code[near], minlength=len(VOICES))
    main = np.flatnonzero((on_beat >= _MIN_STROKES) & (on_beat >= _MAIN_SHARE * near.sum()))
    if not len(main):
        return 0.0, True
    code, distance = take.voice_code[near], distance[near] + anchor
    late = [middle(distance[code == voice]) for voice in main.tolist()]
    return max(min(late), 0.0) + min(max(late), 0.0), clear


def halves_apart_ms(take: Take) -> float:
    """By how much the second half of a take lies later as a whole than its first; 0 where that is not clear."""
    half = int(np.searchsorted(take.onset_quarters, (take.onset_quarters[0] + take.onset_quarters[-1]) / 2))
    if min(half, len(take) - half) < _MIN_STROKES_OF_HALF:
        return 0.0
    (first, first_clear), (second, second_clear) = (
        shift_quarters(take.only(which)) for which in (np.s_[:half], np.s_[half:])
    )
    clear = first_clear and second_clear and abs(second - first) < _LARGEST
    return (second - first) * 60_000 / mean_tempo(take) if clear else 0.0


def _anchor(phase: NDArray[np.float64], code: NDArray[np.int64], *, compound: bool, beat: float) -> tuple[float, bool]:
    """The shift in quarters that puts most strokes on strong places, and whether no other one does as well."""
    bins = round(_BINS * beat)
    place = np.rint(phase * bins).astype(np.int64) % bins
    weight = np.where(_MARKS_BEAT[code], _STRONG, 1.0)
    counts = np.bincount(place, weights=weight, minlength=bins)
    score = _templates(compound, bins) @ (counts / counts.sum()) - _reluctance()
    shifts = _shifts()
    best = int(np.argmax(score))
    others = score[np.abs(shifts - shifts[best]) > _NEAR * _BINS]
    return float(shifts[best] / _BINS), bool(score[best] - others.max() >= _CLEAR)


class _Figure(NamedTuple):
    """What marks the bars of a take in 4/4: onsets in quarters."""

    kick: NDArray[np.float64]
    loud_snare: NDArray[np.float64]
    bars: float

    def stands_at(self, shift: float) -> bool:
        """Whether this shift puts kicks on the one and the loud snares on the backbeats."""
        return _near(self.loud_snare, shift, 2.0, 1.0) >= _FIGURE and self._on_one(shift) >= _FIGURE_KICKS

    def stands_against(self, shift: float) -> bool:
        """Whether the beat stands as it is written, also a half-time one, and so speaks against this shift."""
        halved = _near(self.loud_snare, 0.0, 4.0, 2.0) >= _FIGURE and self._on_one(0.0) >= _FIGURE_KICKS
        kicked = self._on_one(0.0) >= _EVERY_BAR and self._on_one(shift) <= _NO_FIGURE
        return self.stands_at(0.0) or halved or kicked

    def _on_one(self, shift: float) -> float:
        return _near(self.kick, shift, 4.0, 0.0) * len(self.kick) / self.bars


def _figure_of(take: Take) -> _Figure | None:
    """None with too few kicks or snares."""
    kick = take.onset_quarters[take.voice_code == _KICK]
    snare = take.voice_code == _SNARE
    velocity = take.velocity[snare]
    if len(kick) < _MIN_STROKES or len(velocity) < _MIN_STROKES:
        return None
    loud = take.onset_quarters[snare][velocity >= _LOUD * np.sort(velocity)[len(velocity) * 95 // 100]]
    return _Figure(kick, loud, max(float(take.onset_quarters[-1] - take.onset_quarters[0]) / 4, 1.0))


def _by_backbeat(figure: _Figure, anchor: float) -> float | None:
    """The shift of a take in 4/4 moved by a sixteenth or two, where kick and backbeat stand so and not on theirs; None
    where they do not say so."""
    if _near(figure.loud_snare, anchor, 2.0, 1.0) > _NO_FIGURE:
        return None
    for turn in sorted(_TURNS, key=lambda turn: abs(anchor + turn / 4)):
        moved = anchor + turn / 4
        if abs(moved) <= _FARTHEST and figure.stands_at(moved):
            return moved
    return None


def _near(onset: NDArray[np.float64], shift: float, period: float, place: float) -> float:
    """Share of the onsets that a shift puts at one place of the period, in quarters."""
    turns = (onset - shift - place) / period
    return float((np.abs(turns - np.rint(turns)) * period <= _FIGURE_WIDTH).mean())


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
