"""Strokes that stay in order: each voice in the order in which it was written, nothing before the start.

What belongs here: rules that hold for whatever is played, on arrays of onsets in one unit of the caller's (ticks,
quarters or steps). What does not: when people play a stroke (`feel`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def from_the_start(given: Array, wanted: Array, *, together: float) -> Array:
    """The wanted onsets, none before 0: a clip that is played from its first stroke on, and loops.

    Strokes given within `together` of the first one are the first step. Where one of them would come before 0 all of
    them move later by the same, so that the limbs keep their distance and the earliest stroke stands on 0; the rest
    stays where it is. Wrapped to the end, the first beat would be missing when the loop starts; shifted as a whole,
    the loop would be late against what it is played with.
    """
    first = given <= given.min() + together
    out = np.where(first, wanted + max(0.0, -float(wanted[first].min())), wanted)
    return np.maximum(out, np.minimum(given, 0.0))


def in_order(given: Array, wanted: Array, voice: NDArray[np.int64], *, gap: float) -> Array:
    """The wanted onsets, made later where a stroke would overtake another of its voice or come nearer than `gap`.

    Strokes that were given nearer to one another than the gap keep the distance they were given at least.
    """
    out = wanted.copy()
    by_voice = np.lexsort((given, voice))
    for part in np.split(by_voice, np.flatnonzero(np.diff(voice[by_voice])) + 1):
        least = np.concatenate(([0.0], np.cumsum(np.minimum(np.diff(given[part]), gap))))
        out[part] = np.maximum.accumulate(wanted[part] - least) + least
    return out
