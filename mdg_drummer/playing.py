"""From grids to performances: the swing in force, timing (`microtiming`), touch (`touch`) and doubled strokes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
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
from mdg_drummer.microtiming import timings
from mdg_drummer.request import GenerationRequest
from mdg_drummer.touch import velocities

_LEAST_GAP = 0.125  # steps between two hits of a voice

Array = NDArray[np.float64]


def play(
    patterns: Sequence[Pattern],
    feels: Sequence[Feel],
    request: GenerationRequest,
    *,
    tempo: float,
    seeds: Sequence[int],
) -> list[Pattern]:
    """The patterns (of one metre) on their swung grids and, unless humanising is off, as the artist plays them.

    Each depends on its own feel and seed alone; they are played together because the human prior then hears all in
    one pass.
    """
    if not request.humanize:
        both = zip(patterns, feels, strict=True)
        return [_placed(p, _swing_offsets(p, f), [hit.velocity for hit in p.hits]) for p, f in both]
    different = {id(feel): feel for feel in feels}
    looked_up = {key: KnownFeel.of(feel) for key, feel in different.items()}
    known = [looked_up[id(feel)] for feel in feels]
    offsets = timings(patterns, known, tempo=tempo, rngs=[np.random.default_rng(seed) for seed in seeds])
    out = []
    for pattern, feel, late, seed in zip(patterns, known, offsets, seeds, strict=True):
        dice = random.Random(seed)  # noqa: S311 - music
        touch = velocities(pattern, feel, request.velocity_amount, dice)
        played = _placed(pattern, _swing_offsets(pattern, feel.feel) + request.timing_amount * late, touch)
        out.append(doubled(played, feel.feel, tempo=tempo, rng=dice))
    return out


def _swing_offsets(pattern: Pattern, feel: Feel) -> Array:
    per = pattern.steps_per_quarter
    bent = {voice: _bent(per, *swings_of(feel, voice)) for voice in {hit.voice for hit in pattern.hits}}
    return np.array([bent[hit.voice][hit.step % per] for hit in pattern.hits])


@lru_cache(maxsize=256)
def _bent(steps_per_quarter: int, swing_eighths: float, swing_sixteenths: float) -> tuple[float, ...]:
    """`swing_offset` of each step of a quarter."""
    steps = range(steps_per_quarter)
    return tuple(swing_offset(step, steps_per_quarter, swing_eighths, swing_sixteenths) for step in steps)


def _placed(pattern: Pattern, offsets: Array, velocities: Iterable[int]) -> Pattern:
    """The hits at these offsets, none before the start, each voice in the order of its steps."""
    earliest: dict[Voice, float] = {}
    hits = []
    for hit, offset, velocity in zip(pattern.hits, offsets.tolist(), velocities, strict=True):
        onset = max(hit.step + offset, earliest.get(hit.voice, 0.0))
        earliest[hit.voice] = onset + _LEAST_GAP
        hits.append(Hit(hit.step, hit.voice, velocity, onset - hit.step))
    return replace(pattern, hits=tuple(hits))
