"""The strokes that count a piece in: a bar or two of clicks in beats before the beat begins."""

from __future__ import annotations

import numpy as np

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
_NEAR_BEAT = 0.1  # beats
_PICKUP = 1.0  # beats before the bar line in which the beat can begin
_MIN_BEAT_BARS = 2  # a count-in leads to so much at least
_MAX_BARS = 2


def count_in_strokes(take: Take) -> int:
    """How many of the first strokes count in; 0 where nothing does.

    They are on voices that people count on, stand on beats alone, and end where the first other drum begins, at a bar
    line or less than a beat before it. The last bar before it has a stroke on each beat ("1 2 3 4"), or on each but
    those that the beat's own pickup takes; a bar of half notes can come before ("1 . 2 ."). In a bar without kick or
    snare nothing else is a groove either, so a bar of hats in quarters counts.
    """
    other = np.flatnonzero(~_IS_COUNTED_ON[take.voice_code])
    if not len(other) or other[0] < 2:
        return 0
    bars = bars_of(take)
    metre = bars.metres[0]
    beat = 1.5 if metre.is_compound else 4 / metre.denominator
    per_bar = round(float(metre.bar_quarters) / beat)
    onset = take.onset_quarters
    # the beat begins with what is struck together with the first other drum
    first = int(np.searchsorted(onset, onset[other[0]] - _NEAR_BEAT * beat))
    begins = bars.starts[np.argmax(bars.starts >= onset[other[0]] - _NEAR_BEAT * beat)]
    early = begins - onset[other[0]]
    if first < 2 or early > _PICKUP * beat or onset[-1] - begins < _MIN_BEAT_BARS * metre.bar_quarters - beat:
        return 0
    places = (onset[:first] - begins) / beat
    count = np.rint(places).astype(np.int64)  # beats before the bar line, negative
    if (np.abs(places - count) > _NEAR_BEAT).any() or count[0] < -_MAX_BARS * per_bar or count[-1] > -1:
        return 0
    struck = set(count.tolist())
    if len(struck) * 2 < first:  # more than two voices at a time
        return 0
    expected = set(range(-per_bar, 0)) - {place for place in range(-per_bar, 0) if place * beat >= -early - 1e-6}
    earlier = {place for place in struck if place < -per_bar}
    halves = set(range(-2 * per_bar, -per_bar, 2))
    whole = set(range(-2 * per_bar, -per_bar))
    counted = struck >= expected and len(expected) > 1 and earlier in (set(), halves, whole)
    return first if counted else 0
