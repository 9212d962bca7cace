"""How loud each stroke is where no takes of the artist's decide: as people and the artist play the levels of the grid.

Dynamics stay the pattern's own, which are the artist's: a place of the bar alone does not tell a ghost note from a
displaced backbeat. Each stroke is drawn from what the prior, told of the artist's habits, expects there, moved to what
is known of the artist at that place: the part of that distribution that lies within its level of the step grid.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mdg_core.pattern import Pattern
from mdg_core.stepgrid import MAX_VELOCITY, level_of
from mdg_drummer.expected import TOUCH, expected
from mdg_drummer.feel_artist import usual_spread
from mdg_drummer.feel_prior import Floats, Prior, level_at, mean_of, value_at
from mdg_drummer.feels import KnownFeel
from mdg_drummer.known import share_known

# of each velocity from 0 the softest and the loudest of its level of the step grid
_LEVELS = [level_of(velocity) for velocity in range(MAX_VELOCITY + 1)]
_AUDIBLE = 8  # what is struck softer than that no instrument lets one hear
_RANGES = np.array([(max(_AUDIBLE, _LEVELS.index(n)), MAX_VELOCITY - _LEVELS[::-1].index(n)) for n in _LEVELS], float)
_LEAST_SHARE = 1e-6  # a level that a place is hardly ever played with has no distribution to speak of
_FARTHEST = 2.0 * MAX_VELOCITY  # of what is drawn before it is brought within its level

Array = NDArray[np.float64]


def velocities(
    patterns: Sequence[Pattern],
    feels: Sequence[KnownFeel],
    prior: Prior,
    *,
    tempo: float,
    rngs: Sequence[np.random.Generator],
) -> list[Array]:
    """Of each pattern the velocities of its k hits, 1-127, (k,); all of one metre, at least one."""
    heard = expected(patterns, feels, prior, tempo, TOUCH)
    each = zip(patterns, feels, heard, rngs, strict=True)
    return [_drawn(pattern, feel, found.quantiles, rng) for pattern, feel, found, rng in each]


def _drawn(pattern: Pattern, feel: KnownFeel, quantiles: Floats, rng: np.random.Generator) -> Array:
    mean, spread = mean_of(quantiles).astype(float), np.maximum(usual_spread(quantiles), 1e-6)
    centre, width = mean.copy(), np.ones(len(mean))
    measured = np.zeros(len(mean), np.bool_)
    for index, cell in enumerate(feel.cells_of(pattern)):
        if cell is not None:
            measured[index] = True
            share = share_known(cell.count)
            centre[index] += share * (cell.velocity - mean[index])
            width[index] += share * (cell.velocity_spread / spread[index] - 1)
    moved = centre[:, None] + width[:, None] * (quantiles - mean[:, None])
    softest, loudest = _RANGES[[hit.velocity for hit in pattern.hits]].T
    low, high = level_at(moved, softest - 0.5), level_at(moved, loudest + 0.5)
    dice = rng.random(len(mean))
    out = value_at(moved, low + dice * (high - low), (-_FARTHEST, _FARTHEST))
    # the prior's own pile at 127 is that of the pads which its corpus was played on
    anywhere = (high - low < _LEAST_SHARE) | ((out >= MAX_VELOCITY) & ~measured)
    out = np.where(anywhere, softest + dice * (loudest - softest), out)
    return np.asarray(np.clip(out, softest, loudest))
