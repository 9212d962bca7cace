"""How loud each stroke is: the nine levels of the step grid, as finely as the artist plays them."""

from __future__ import annotations

import random
from functools import lru_cache
from statistics import NormalDist

from mdg_core.pattern import Pattern
from mdg_core.stepgrid import MAX_VELOCITY, level_of
from mdg_drummer.feels import KnownFeel

# of each velocity from 0 the softest and the loudest of its level of the step grid
_LEVELS = [level_of(velocity) for velocity in range(MAX_VELOCITY + 1)]
_RANGES = [(max(1, _LEVELS.index(n)), MAX_VELOCITY - _LEVELS[::-1].index(n)) for n in _LEVELS]
_SATURATED = 0.85  # of the strokes above 119 in the Groove MIDI Dataset, those of 127: pads send no more
_LEAST_SPREAD, _UNKNOWN_SPREAD = 3.0, 14.0


def velocities(pattern: Pattern, feel: KnownFeel, rng: random.Random) -> list[float]:
    """The velocities of the hits, 1-127.

    Dynamics stay the pattern's own, which are the artist's: a place of the bar alone does not tell a ghost note from a
    displaced backbeat. Each stroke is drawn from the normal distribution of its place in the feel, the part of it that
    lies within its level; of the loudest level most are 127.
    """
    out = []
    for hit, cell in zip(pattern.hits, feel.cells_of(pattern), strict=True):
        softest, loudest = _RANGES[hit.velocity]
        if loudest == MAX_VELOCITY and rng.random() < _SATURATED:
            played = float(MAX_VELOCITY)
        else:
            mean, spread = (cell.velocity, cell.velocity_spread) if cell else (float(hit.velocity), _UNKNOWN_SPREAD)
            played = _drawn(mean, max(spread, _LEAST_SPREAD), softest, loudest, rng)
        out.append(played)
    return out


def _drawn(mean: float, spread: float, softest: int, loudest: int, rng: random.Random) -> float:
    usual, low, high = _shares(mean, spread, softest, loudest)
    share = low + rng.random() * (high - low)
    # a level that this place has hardly ever been played with has no distribution to speak of
    drawn = usual.inv_cdf(share) if 1e-6 < share < 1 - 1e-6 else rng.uniform(softest, loudest)
    return min(max(drawn, softest), loudest)


@lru_cache(maxsize=4096)
def _shares(mean: float, spread: float, softest: int, loudest: int) -> tuple[NormalDist, float, float]:
    """The normal distribution, and how much of it lies below each end of a level."""
    usual = NormalDist(mean, spread)
    return usual, usual.cdf(softest - 0.5), usual.cdf(loudest + 0.5)
