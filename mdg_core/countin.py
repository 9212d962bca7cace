"""Clicks that are no playing: a bar or two in beats before the beat begins, or a metronome throughout.

Clicks on pitches that no kit has are told before the voices are read (`clicks`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdg_core.bars import bars_of
from mdg_core.kit import HATS, RIDES, VOICES, Voice
from mdg_core.midi import Take

_V = Voice
# sticks are written as side stick, clap, claves or wood block; hats and rides are counted on too
_COUNTED_ON = (
    *HATS, *RIDES, _V.PEDAL_HAT, _V.SIDE_STICK, _V.CLAP, _V.COWBELL, _V.CLAVES, _V.HIGH_WOOD_BLOCK, _V.LOW_WOOD_BLOCK,
    _V.TRIANGLE, _V.TAMBOURINE,
)  # fmt: skip
_IS_COUNTED_ON = np.array([voice in _COUNTED_ON for voice in VOICES])
_IS_CLICK = np.array([voice in (_V.SIDE_STICK, _V.CLAVES, _V.HIGH_WOOD_BLOCK, _V.LOW_WOOD_BLOCK) for voice in VOICES])
_MIN_CLICKS, _THROUGHOUT = 16, 0.9  # strokes, and share of the take's beats
_TO_THE_TICK = 0.01  # beats
_NEAR_BEAT = 0.1  # beats
_PICKUP = 1.0  # beats before the bar line in which the beat can begin
_MIN_BEAT_BARS = 2  # a count-in leads to so much at least
_MAX_BARS = 2  # of clicks; a bar's rest can follow them


def count_in_strokes(take: Take) -> int:
    """How many of the first strokes count in; 0 where nothing does.

    They are on voices that people count on, or on sticks alone where hats or a ride open the song after them, stand on
    beats alone (in a compound metre also on all eighths), and end where the first other drum begins, at a bar line or
    less than a beat before it, or a bar's rest earlier. Their last bar has a stroke on each beat ("1 2 3 4"), on each
    but the last ("1 2 3") or those that the beat's own pickup takes, or on the last two; a bar of half notes can come
    before ("1 . 2 ."). In a bar without kick or snare nothing else is a groove either, so a bar of hats in quarters
    counts.
    """
    return max(_strokes_on(take, voices) for voices in (_IS_COUNTED_ON, _IS_CLICK))


def _strokes_on(take: Take, voices: NDArray[np.bool_]) -> int:
    """How many of the first strokes count in on these voices."""
    other = np.flatnonzero(~voices[take.voice_code])
    if not len(other) or other[0] < 2:
        return 0
    bars = bars_of(take)
    metre = bars.metres[0]
    beat = 1.5 if metre.is_compound else 4 / metre.denominator
    onset = take.onset_quarters
    # the beat begins with what is struck together with the first other drum
    first = int(np.searchsorted(onset, onset[other[0]] - _NEAR_BEAT * beat))
    begins = bars.starts[np.argmax(bars.starts >= onset[other[0]] - _NEAR_BEAT * beat)]
    early = begins - onset[other[0]]
    if first < 2 or early > _PICKUP * beat or onset[-1] - begins < _MIN_BEAT_BARS * metre.bar_quarters - beat:
        return 0
    before = onset[:first] - begins
    units = (beat, 0.5) if metre.is_compound else (beat,)
    counts = any(_counts(before / unit, round(float(metre.bar_quarters) / unit), early / unit) for unit in units)
    return first if counts else 0


def metronome_strokes(take: Take) -> NDArray[np.bool_] | None:
    """Which strokes are a click on every beat of the take, put there to the tick and at two levels at most, beside a
    beat of kick and snare; None where there is none.

    A cowbell or hat that plays so is music.
    """
    click = _IS_CLICK[take.voice_code]
    if np.count_nonzero(click) < _MIN_CLICKS or not _has_beat(take.voice_code[~click]):
        return None
    metre = take.metres[0].metre
    beat = 1.5 if metre.is_compound else 4 / metre.denominator
    places = take.onset_quarters[click] / beat
    at = np.rint(places)
    beats = (take.onset_quarters[-1] - take.onset_quarters[0]) / beat
    throughout = len(np.unique(at)) >= _THROUGHOUT * beats and len(at) <= beats + 2
    regular = np.abs(places - at).max() <= _TO_THE_TICK and len(np.unique(take.velocity[click])) <= 2
    return click if throughout and regular else None


def _has_beat(code: NDArray[np.int64]) -> bool:
    return bool((code == VOICES.index(_V.KICK)).any() and (code == VOICES.index(_V.SNARE)).any())


def _counts(places: NDArray[np.float64], per_bar: int, early: float) -> bool:
    """Whether strokes at these places, in beats before the bar line (negative), count in a beat that begins `early`."""
    count = np.rint(places).astype(np.int64)
    if (np.abs(places - count) > _NEAR_BEAT).any() or count[-1] > -1:
        return False
    struck = set((count + (per_bar if count[-1] < -per_bar else 0)).tolist())  # a bar's rest is left out
    if len(struck) * 2 < len(places):  # more than two voices at a time
        return False
    last = {place for place in struck if place >= -per_bar}
    whole = set(range(-per_bar, 0))
    free = {place for place in whole if place >= -early - 1e-6}  # of the beat's own pickup
    expected = (whole - free, whole, whole - free - {-1}, {-2, -1})
    earlier = struck - last
    before: tuple[set[int], ...] = (set(), {p - per_bar for p in whole}, set(range(-_MAX_BARS * per_bar, -per_bar, 2)))
    return len(last) > 1 and last in expected and earlier in before
