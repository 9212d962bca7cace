"""How people, or one artist, play a pattern: when each hit falls, how hard it is struck.

What belongs here: what is played of a pattern. What does not: the general prior (`feel_prior`), its cells and swing
(`feel_places`), the artist (`feel_artist`), what a user's own clip takes of it (`own_clip`, `own_dynamics`).

Swing and the playing
---------------------
Swing belongs to the grid: the caller bends it with `swing_offset`, which goes into the offsets of the
hits, and what is played comes on top, relative to the swung grid. Of other offsets in the input
only their swing is kept. People swing too, so the prior has swing in it; to keep it from being counted
twice, the mean offset of the eighth upbeats and of either sixteenth upbeat is brought to that of the beats
wherever somebody has decided on the swing: when the hits given are swung, or when there is a feel, which
states one (50 is straight). Only a straight pattern of nobody in particular is given the prior's own swing.

From the general to the artist
------------------------------
`back_off` joins an artist's feel with that of the style, the style counting as a few hits a place. The
prior hears the sums of the joined feel, drawn to nothing where evidence is thin. Where a place of the
bar is played so evenly that its mean says more than the prior can, the result is drawn to that mean.

Conventions: offsets in steps of the pattern, late positive; feels in ms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.pattern import Pattern
from mdg_core.profile import Feel
from mdg_drummer.feel_artist import anchor, back_off, habits_of, usual_spread, with_lags
from mdg_drummer.feel_places import STRAIGHT, Places, levels_of, swing_of, swing_offset
from mdg_drummer.feel_prior import LIMITS, MEDIAN, Prior, in_corpus, mean_of, value_at

__all__ = ["Playing", "Prior", "back_off", "habits_of", "play", "playing_of", "swing_offset"]


Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Playing:
    """What is played of the k hits of a pattern; arrays of shape (k,)."""

    swing: Array  # steps from the even grid to the swung one
    late: Array  # steps from the swung grid
    velocity: Array
    score: Array  # the velocity as a normal score within its distribution; 0 where nothing was drawn
    expected: Array  # the median of that distribution
    spread: Array  # and its standard deviation
    usual: Array  # the median as people in general play this hit; that of `expected` where there is no feel
    usual_spread: Array


def play(
    pattern: Pattern,
    *,
    tempo: float,
    prior: Prior,
    feel: Feel | None = None,
    seed: int | None = 0,
    deterministic: bool = False,
    own_swing: bool = True,
) -> Array:
    """Offsets in steps and velocities of each of k hits, shape (2, k), as the prior says them.

    Parameters
    ----------
    tempo
        Quarter notes a minute, above 0.
    prior
        How people play.
    feel
        The artist's; `back_off` adds the style's. None: people in general.
    seed
        The same seed gives the same playing; None a new one each time.
    deterministic
        Play what is expected (mean offset, median velocity) instead of drawing from what people do.
    own_swing
        Keep the swing that the prior has of itself, on top of that of the hits.

    Raises
    ------
    ValueError
        The tempo is not positive.
    """
    found = playing_of(
        pattern,
        tempo=tempo,
        feel=feel,
        prior=prior,
        rng=None if deterministic else np.random.default_rng(seed),
        own_swing=own_swing,
    )
    return np.stack([found.swing + found.late, found.velocity])


def swing_decided(pattern: Pattern, feel: Feel | None) -> bool:
    """Whether somebody has decided on the swing: the hits are swung, or a feel states one."""
    return feel is not None or swing_of(pattern) != (STRAIGHT, STRAIGHT)


def playing_of(
    pattern: Pattern,
    *,
    tempo: float,
    prior: Prior,
    feel: Feel | None = None,
    rng: np.random.Generator | None = None,
    whole: Array | None = None,
    own_swing: bool = True,
) -> Playing:
    """`play` with all that is known of each hit.

    Without `rng` nothing is drawn. `whole` is what several patterns of one take have in common
    (`feel_places.whole_scores`); by default this pattern is a take of its own.
    """
    if not (tempo > 0 and math.isfinite(tempo)):
        raise ValueError(f"tempo must be positive, not {tempo}")
    if not pattern.hits:
        return Playing(*np.zeros((8, 0)))
    places = Places(pattern)
    heard = in_corpus(tempo)
    quantiles = places.quantiles(prior, heard, habits_of(feel) if feel else None)
    general = places.quantiles(prior, heard, None)[1] if feel else quantiles[1]
    expected = np.stack([mean_of(quantiles[0]), quantiles[1, :, MEDIAN]]).astype(float)
    deviation, scores = np.zeros_like(expected), np.zeros_like(expected)
    if rng is not None:
        scores = places.draw(prior.shared, rng, whole)
        for quantity, limits in enumerate(LIMITS):
            levels = levels_of(scores[quantity])
            deviation[quantity] = value_at(quantiles[quantity], levels, limits) - expected[quantity]

    if not own_swing:
        places.take_off_swing(expected[0])
    places.take_off_subdivision(expected[0])
    spread = usual_spread(quantiles)
    if feel:
        expected[0] = with_lags(pattern, feel, expected[0] * 15000 / heard) * heard / 15000
        anchor(pattern, feel, expected, deviation, spread, tempo=heard)
    steps = pattern.steps_per_quarter / 4 * tempo / heard
    swing = swing_of(pattern)
    return Playing(
        swing=np.array([swing_offset(hit.step, pattern.steps_per_quarter, *swing) for hit in pattern.hits]),
        late=(expected[0] + deviation[0]) * steps,
        velocity=np.clip(expected[1] + deviation[1], *LIMITS[1]),
        score=scores[1],
        expected=expected[1],
        spread=spread[1],
        usual=general[:, MEDIAN].astype(float),
        usual_spread=usual_spread(general),
    )
