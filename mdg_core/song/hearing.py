"""A take described as one drummer plays it: what echoes, doubles and further players add is left out of the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mdg_core.groove import Described, GrooveFeatures, describe, describe_stretches
from mdg_core.kit import VOICES
from mdg_core.midi import Take
from mdg_core.pattern import Pattern
from mdg_core.quantise import place
from mdg_core.song.layers import apart


def described(take: Take) -> list[Described]:
    """`describe_stretches` with the descriptors of the drummer's own strokes; the patterns hold all strokes."""
    return [replace(part, features=_of_one_drummer(part)) for part in describe_stretches(take)]


def _of_one_drummer(part: Described) -> GrooveFeatures:
    kit, layers = apart(part.pattern)
    if not layers:
        return part.features
    own = _strokes_of(kit, part.take)
    said = tuple(f"{name}: {_LAYERS[name]}" for name in layers)
    found = part.features
    return replace(
        describe(own), notes=(*found.notes, *said), doubts=found.doubts, shift_ms=found.shift_ms, hits=found.hits
    )


_LAYERS = {
    "echo": "softer copies of earlier strokes, set apart from the drummer's own",
    "clap": "claps on the snare's strokes, set apart from the drummer's own",
    "percussion": "more than two hands can play, set apart from the drummer's own",
}


def _strokes_of(kit: Pattern, take: Take) -> Take:
    """The strokes of the take that stand in the cells of the pattern."""
    placed = place(take, kit.metre, kit.steps_per_quarter)
    cells = np.array([hit.step * len(VOICES) + VOICES.index(hit.voice) for hit in kit.hits])
    played = placed.step * len(VOICES) + take.voice_code[placed.index]
    return take.only(placed.index[np.isin(played, cells)])
