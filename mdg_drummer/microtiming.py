"""When each stroke falls: drawn from the human prior, and from the artist's own habits where they are known.

`feel.humanise` draws from the prior and leans towards the artist's means, which is best where one clip is to come near
to one performance. Here many clips are to be spread as the artist's performances are, so that a place of the
bar that is well known has the artist's own mean and spread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.pattern import Pattern
from mdg_drummer.feel import load_prior
from mdg_drummer.feel_artist import with_lags
from mdg_drummer.feel_places import Places, levels_of, positions_of
from mdg_drummer.feel_prior import (
    CELLS,
    CENTRES,
    LANES,
    LIMITS,
    UNITS,
    Floats,
    Layer,
    Nets,
    features,
    mean_of,
    value_at,
)
from mdg_drummer.feels import KnownFeel

# How loose a take is differs from take to take of one drummer in one style: the spread of the logarithm of its standard
# deviation in the Groove MIDI Dataset, less what four bars differ by anyway
_LOOSENESS_SPREAD = 0.2
# Of what the prior's residuals of one drum in a take have in common, the part that an artist's own means do not hold
_LANE_SHARED_BEYOND_HABITS = 0.2
_KNOWN_HITS = 20.0  # of a place of the bar, at which the artist's own timing there counts as much as anybody's
_FARTHEST = 0.48  # steps: what is farther off would be heard, and was measured, as the next step
_TEMPI = (50.0, 290.0)  # beyond what the prior's corpus holds, offsets keep the ms of its end

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """The k hits of a pattern on the prior's cells, and the quantiles of their offsets in sixteenths, (k, levels)."""

    places: Places
    quantiles: Floats


def timings(
    patterns: Sequence[Pattern], feels: Sequence[KnownFeel], *, tempo: float, rngs: Sequence[np.random.Generator]
) -> list[Array]:
    """Of each pattern the offsets of its k hits from the swung grid in steps, (k,); all of one metre, at least one.

    The prior's distribution and the artist's are read at one level, which what is played together shares
    (`Places.draw`). All patterns are worked on at once, which takes two thirds of the time of one after the other.
    """
    heard = _expectations(patterns, feels, tempo)
    shared = [_shared(feel) for feel in feels]
    scores = [found.places.draw(part, rng)[0] for found, part, rng in zip(heard, shared, rngs, strict=True)]
    quantiles = np.concatenate([found.quantiles for found in heard])
    mean = mean_of(quantiles).astype(float)
    deviation = value_at(quantiles, levels_of(np.concatenate(scores)), LIMITS[0]) - mean
    ends = np.cumsum([len(found.quantiles) for found in heard])[:-1]
    loose = [_looseness(rng) for rng in rngs]
    places = [found.places for found in heard]
    each = zip(patterns, feels, places, scores, np.split(mean, ends), np.split(deviation, ends), loose, strict=True)
    return [_timing(*parts, tempo=tempo) for parts in each]


def _shared(feel: KnownFeel) -> Floats:
    """`Prior.shared`, for one whose habits are known without what these say of each drum already."""
    shared = load_prior().shared
    return shared * np.array([1, _LANE_SHARED_BEYOND_HABITS, 1], np.float32) if feel.cells else shared


def _looseness(rng: np.random.Generator) -> float:
    """What a clip's deviations are multiplied by; the mean of its square is 1."""
    return math.exp(_LOOSENESS_SPREAD * rng.standard_normal() - _LOOSENESS_SPREAD**2)


def _expectations(patterns: Sequence[Pattern], feels: Sequence[KnownFeel], tempo: float) -> list[Expected]:
    """What the human prior expects of each pattern.

    `Places.quantiles` for timing alone and for many patterns in one pass, with windows that do not overlap.
    """
    grids, streams = [], []
    habits: list[Floats] = []
    where = []
    for pattern, feel in zip(patterns, feels, strict=True):
        places = Places(pattern)
        last = max(0, places.length - CELLS)
        stream = (np.array([*range(0, last, CELLS), last])[:, None] + np.arange(CELLS)) % places.length
        grid = np.zeros((places.length, LANES), np.bool_)
        grid[places.cell, places.lane] = True
        window = np.minimum(places.cell // CELLS, len(stream) - 1)
        where.append((places, (len(habits) + window, places.cell - stream[window, 0], places.lane)))
        grids.append(grid[stream])
        streams.append(stream)
        habits += [feel.habits] * len(stream)
    cells = np.concatenate(streams)
    positions = positions_of(patterns[0].metre, cells)
    speed = np.full(len(cells), _in_corpus(tempo), np.float32)
    told = features(np.concatenate(grids), positions, speed, np.stack(habits))[:1]
    found = _timing_nets(of_artist=bool(feels[0].cells))(told)[0]
    return [Expected(places, _in_sixteenths(found[at])) for places, at in where]


def _in_corpus(tempo: float) -> float:
    """The nearest tempo that the prior's corpus holds."""
    return min(max(tempo, _TEMPI[0]), _TEMPI[1])


def _in_sixteenths(found: Floats) -> Floats:
    """Quantiles in the nets' unit, some of which cross, as `Prior.quantiles` gives them."""
    return np.asarray(np.clip(np.sort(found, axis=-1) * UNITS[0] + CENTRES[0], *LIMITS[0]))


@cache
def _timing_nets(*, of_artist: bool) -> Nets:
    """The first of the prior's two quantities alone: half the work of both."""
    nets = load_prior().artist if of_artist else load_prior().general
    layers = tuple(
        Layer(*(part[:2] for part in (each.w_in, each.w_rec, each.b_in, each.b_rec))) for each in nets.layers
    )
    return Nets(layers, nets.head[:1], nets.head_bias[:1])


def _timing(
    pattern: Pattern,
    feel: KnownFeel,
    places: Places,
    scores: Array,
    mean: Array,
    deviation: Array,
    loose: float,
    *,
    tempo: float,
) -> Array:
    """One pattern's offsets out of the prior's mean and the drawn deviation from it, both in sixteenths, (k,)."""
    # the swing is the feel's, so that the prior's own is none
    places.take_off_swing(mean)
    places.take_off_subdivision(mean)
    unit = 15000 / _in_corpus(tempo)
    offset = with_lags(pattern, feel.feel, mean * unit) + loose * deviation * unit
    for index, (cell, score) in enumerate(zip(feel.cells_of(pattern), scores.tolist(), strict=True)):
        if cell is not None:
            own = cell.offset_ms + loose * cell.offset_spread_ms * score
            offset[index] += cell.count / (cell.count + _KNOWN_HITS) * (own - offset[index])
    return np.asarray(np.clip(offset * tempo / 60000 * pattern.steps_per_quarter, -_FARTHEST, _FARTHEST))
