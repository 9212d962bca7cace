"""Drum tracks of rhythm-game charts, by their pitches.

What belongs here: telling such a track from music. What does not: its map (`data/maps/rhythm_game.map`).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.maps import MAPS

_EXPERT, _LEVELS = slice(95, 102), (slice(60, 66), slice(72, 78), slice(84, 90))  # pitches of the lanes of a level
_KICK, _SNARE, _PADS = [95, 96], 97, [98, 99, 100, 101]
_LIMB = 0.05  # share of the strokes that kick or snare has at least
_TIME = 0.3  # and the cymbals and toms


def is_chart(counts: NDArray[np.int64]) -> bool:
    """Whether notes (counted by pitch) are a chart: an expert lane with a beat, easier levels that thin it, markers."""
    strokes = int(counts[_EXPERT].sum())
    if strokes == 0 or counts[~_known()].any():
        return False
    limbs = max(int(counts[_KICK].sum()), int(counts[_SNARE]))
    easier = max(int(counts[level].sum()) for level in _LEVELS)
    return limbs >= _LIMB * strokes and int(counts[_PADS].sum()) >= _TIME * strokes and easier <= strokes


@cache
def _known() -> NDArray[np.bool_]:
    """Pitches that a chart may hold."""
    chart = MAPS["rhythm_game"]
    table = np.zeros(128, dtype=bool)
    table[[*chart.reading, *chart.silent, *chart.holds]] = True
    return table
