"""Flams, drags and ruffs: strokes of one drum that follow one another within a step of the grid.

There is no agreed definition for performances on a grid. Here a hit of the snare, a tom or the kick is doubled when
its cell holds another one that is no retrigger of the pad: 12 ms off at least (`frame`), a kick 30 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdg_core.groove.frame import CODE, Frame
from mdg_core.kit import TOMS, Voice

SOFT_VELOCITY = 64  # ghost notes are doubled otherwise than accents: drags here, flams there

LEAST_KICK_GAP_MS = 30.0
_VOICES = (Voice.KICK, Voice.SNARE, *TOMS)


@dataclass(frozen=True, slots=True)
class Doubles:
    """How the strokes of one drum below `SOFT_VELOCITY` (`soft`), or from it on, are doubled."""

    voice: str
    soft: bool
    strokes: int  # those that were looked at
    share: float  # of the strokes, 0-1
    gap_ms: float  # mean distance of the two strokes, above 0
    gap_std_ms: float
    grace_share: float  # of the doubled, those whose softer stroke comes first, 0-1
    velocity_ratio: float  # mean velocity of the softer stroke as a share of the louder one's, 0-1
    further: float = 0.0  # mean strokes beyond the second, of the doubled: ruffs and buzzes have more than two


def doubles(frame: Frame) -> list[Doubles]:
    """Every drum and loudness that is played at all, in the order of the drums; without doubles the rest is 0."""
    out = []
    gap = np.abs(frame.double_ms)
    doubled = ~np.isnan(gap) & ~(frame.of(Voice.KICK) & (gap < LEAST_KICK_GAP_MS))
    kind = 2 * frame.code + (frame.velocity < SOFT_VELOCITY)
    strokes_of = np.bincount(kind, minlength=2 * len(CODE)).tolist()
    pairs_of = np.bincount(kind[doubled], minlength=2 * len(CODE)).tolist()
    for voice in _VOICES:
        for soft in (True, False):
            of = 2 * CODE[voice] + soft
            strokes, pairs = strokes_of[of], pairs_of[of]
            if not strokes:
                continue
            both = np.flatnonzero(doubled & (kind == of)) if pairs else np.zeros(0, dtype=np.intp)
            out.append(
                Doubles(
                    voice=voice.value,
                    soft=soft,
                    strokes=strokes,
                    share=pairs / strokes,
                    gap_ms=float(gap[both].mean()) if pairs else 0.0,
                    gap_std_ms=float(gap[both].std()) if pairs else 0.0,
                    grace_share=float((frame.double_ms[both] < 0).mean()) if pairs else 0.0,
                    velocity_ratio=float((frame.double_velocity[both] / frame.velocity[both]).mean()) if pairs else 0.0,
                    further=float(frame.others[both].mean()) - 1 if pairs else 0.0,
                )
            )
    return out
