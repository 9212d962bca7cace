"""From grids to performances: the swing in force, timing and touch, and doubled strokes.

Timing and touch are copied from the artist's own takes where there are enough (`selection`); else they are drawn
from how people play and from the artist's means (`microtiming`, `touch`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Pattern
from mdg_core.profile import Feel
from mdg_drummer.doubling import doubled
from mdg_drummer.feel import swing_offset
from mdg_drummer.feel_artist import swings_of
from mdg_drummer.feels import KnownFeel
from mdg_drummer.hands import Hands, lean_of
from mdg_drummer.microtiming import timings
from mdg_drummer.player import Player
from mdg_drummer.request import GenerationRequest
from mdg_drummer.selection import drawn
from mdg_drummer.touch import velocities

_LEAST_GAP = 0.125  # steps between two hits of a voice
_FARTHEST = 0.48  # steps
_EARLY_MS = 15.0  # of a voice as a rule, from which its first stroke on the grid would stand out

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """A grid to be played: its feel, and whether somebody decided on the feel's swing or it is the takes'."""

    grid: Pattern
    feel: Feel
    style: str
    seed: int
    swing_is_decided: bool = False


def play(parts: Sequence[Part], player: Player, request: GenerationRequest, *, tempo: float) -> list[Pattern]:
    """The grids (of one metre) swung and, unless humanising is off, as the artist plays them.

    Each depends on its own feel and seed alone; they are played together because the human prior then hears all in
    one pass.
    """
    if not request.humanize:
        return [_placed(p.grid, _swung(p.grid, p.feel), [hit.velocity for hit in p.grid.hits]) for p in parts]
    if player.hands is not None and player.hands.decide:
        played = _from_takes(parts, player.hands, request, tempo)
    else:
        played = _from_people(parts, player, request, tempo)
    dice = [random.Random(part.seed) for part in parts]  # noqa: S311 - music
    return [doubled(each, part.feel, tempo=tempo, rng=rng) for each, part, rng in zip(played, parts, dice, strict=True)]


def _from_takes(parts: Sequence[Part], hands: Hands, request: GenerationRequest, tempo: float) -> list[Pattern]:
    lean = lean_of(hands, tempo)
    out = []
    for part in parts:
        if not part.grid.hits:
            out.append(part.grid)
            continue
        rng = np.random.default_rng(part.seed)
        found = drawn(part.grid, hands, lean, style=part.style, tempo=tempo, rng=rng)
        swung = _swung(part.grid, part.feel, None if part.swing_is_decided else found.swings)
        late = _within_clip(part.grid, found.late_ms, found.lean_ms, first_on_grid=hands.anchored)
        out.append(_performed(part.grid, swung, late, found.velocity, request, tempo))
    return out


def _from_people(parts: Sequence[Part], player: Player, request: GenerationRequest, tempo: float) -> list[Pattern]:
    different = {id(part.feel): part.feel for part in parts}
    looked_up = {key: KnownFeel.of(feel) for key, feel in different.items()}
    known = [looked_up[id(part.feel)] for part in parts]
    late = timings(
        [part.grid for part in parts],
        known,
        player.prior,
        tempo=tempo,
        rngs=[np.random.default_rng(part.seed) for part in parts],
        said=player.said,
    )
    touch = velocities(
        [part.grid for part in parts],
        known,
        player.prior,
        tempo=tempo,
        rngs=[np.random.default_rng((part.seed, 1)) for part in parts],
    )
    return [
        _performed(part.grid, _swung(part.grid, part.feel), _within_clip(part.grid, ms, ms), loud, request, tempo)
        for part, ms, loud in zip(parts, late, touch, strict=True)
    ]


def _performed(
    pattern: Pattern,
    swung: Array,
    late_ms: Array,
    velocity: Array,
    request: GenerationRequest,
    tempo: float,
) -> Pattern:
    """As much of timing and touch as the request asks for, on the swung grid."""
    late = np.clip(late_ms * tempo / 60_000 * pattern.steps_per_quarter, -_FARTHEST, _FARTHEST)
    written = np.array([hit.velocity for hit in pattern.hits], float)
    touch = written + request.velocity_amount * (velocity - written)
    offsets = swung + request.timing_amount * late
    return _placed(pattern, offsets, np.clip(np.rint(touch), 1, 127).astype(int).tolist())


def _within_clip(pattern: Pattern, late_ms: Array, usual_ms: Array, *, first_on_grid: bool = False) -> Array:
    """With nothing before the start of the clip, whose first stroke is on the grid if the artist's takes begin so.

    Else, where the first step is early and a voice of it usually is, all of the clip is later by that; what it is
    early by chance is taken off the first step alone, of all limbs together.
    """
    if not pattern.hits:
        return late_ms
    first = np.array([hit.step == pattern.hits[0].step for hit in pattern.hits])
    if first_on_grid:
        return np.asarray(late_ms - late_ms[first].min())
    if pattern.hits[0].step > 0:
        return late_ms
    voices = {hit.voice for hit in pattern.hits if hit.step == 0}
    usual = [float(usual_ms[[hit.voice is voice for hit in pattern.hits]].mean()) for voice in voices]
    early = min(-min(usual), -float(late_ms[first].min()))
    out = late_ms + (early if early > _EARLY_MS else 0.0)
    out[first] -= min(0.0, float(out[first].min()))
    return np.asarray(out)


def _swung(pattern: Pattern, feel: Feel, swings: tuple[float, float] | None = None) -> Array:
    """By how much the grid moves under each hit, in steps; `swings` are those of all voices in place of the feel's."""
    per = pattern.steps_per_quarter
    bent = {voice: _bent(per, *(swings or swings_of(feel, voice))) for voice in {hit.voice for hit in pattern.hits}}
    return np.array([bent[hit.voice][hit.step % per] for hit in pattern.hits])


@lru_cache(maxsize=256)
def _bent(steps_per_quarter: int, swing_eighths: float, swing_sixteenths: float) -> tuple[float, ...]:
    """`swing_offset` of each step of a quarter."""
    steps = range(steps_per_quarter)
    return tuple(swing_offset(step, steps_per_quarter, swing_eighths, swing_sixteenths) for step in steps)


def _placed(pattern: Pattern, offsets: Array, velocities: Sequence[int]) -> Pattern:
    """The hits at these offsets, each voice in the order of its steps."""
    earliest: dict[Voice, float] = {}
    hits = []
    for hit, offset, velocity in zip(pattern.hits, offsets.tolist(), velocities, strict=True):
        onset = max(hit.step + offset, earliest.get(hit.voice, 0.0))
        earliest[hit.voice] = onset + _LEAST_GAP
        hits.append(Hit(hit.step, hit.voice, velocity, onset - hit.step))
    return replace(pattern, hits=tuple(hits))
