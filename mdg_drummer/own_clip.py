"""What a user's own clip takes of the timing that people would play it with.

The clip's pulse stays: what kick, hats and rides are early or late together, as played, is left out, so that on
average they lie where they were given. So neither the latency of the corpus nor an artist's lean as a whole comes into
the clip; how the voices lean against each other does. A stroke that is written off the grid of its bar (a triplet
among sixteenths, a thirty-second) keeps its own place and is moved about that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import HATS, RIDES, VOICES, Voice

_PULSE = np.array([voice in (Voice.KICK, *HATS, *RIDES) for voice in VOICES])
_MIN_PULSE = 4  # strokes of these voices; with fewer all strokes are the pulse
_EXACT = 0.004  # quarters; a clip whose strokes lie nearer than that to their grid was put there
# beyond so many quarters a stroke is meant off the grid: in a quantised clip, in a played one (a sixteenth and a
# triplet are a twelfth apart; people spread by a thirtieth to a twentieth)
_OFF_EXACT, _OFF_PLAYED = 0.02, 0.075

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class OwnClip:
    """The k hits of a user's clip, as given and as people, or an artist, would play them; arrays of shape (k,).

    Of several strokes of a voice in one cell (a flam) the loudest is the hit.
    """

    quarters: Array  # from the start of the file
    voice_code: NDArray[np.int64]  # index into VOICES
    velocity: Array  # as given, 1-127
    off_grid: Array  # quarters from the swung grid, as given
    late: Array  # quarters from the swung grid, as played
    played: Array  # velocity, as played
    score: Array  # that velocity as a normal score; 0 where nothing is drawn
    expected: Array  # velocity and spread that `played` is drawn from
    spread: Array
    usual: Array  # and as people in general play this hit; without an artist the same
    usual_spread: Array

    @classmethod
    def joined(cls, parts: Sequence[OwnClip]) -> OwnClip:
        """Parts of one clip after one another."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def shifts(clip: OwnClip, amount: float) -> Array:
    """By how many quarters each hit moves, late positive; `amount` 0 (not at all) to 1 (as played)."""
    exact = np.median(np.abs(clip.off_grid)) < _EXACT
    meant = np.abs(clip.off_grid) > (_OFF_EXACT if exact else _OFF_PLAYED)
    pulse = _PULSE[clip.voice_code]
    if pulse.sum() < _MIN_PULSE:
        pulse = np.ones_like(pulse)
    on_grid = pulse & ~meant
    given = float(clip.off_grid[on_grid].mean()) if on_grid.any() else 0.0
    wanted = np.where(meant, clip.off_grid, given) + clip.late - clip.late[pulse].mean()
    return np.asarray(amount * (wanted - clip.off_grid))
