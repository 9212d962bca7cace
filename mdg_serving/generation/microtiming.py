"""When each stroke falls: drawn from the human prior, and from the artist's own habits where they are known.

`mdg_core.feel.humanise` draws from the prior and leans towards the artist's means, which is best where one clip is to
come near to one performance. Here many clips are to be spread as the artist's performances are, so that a place of the
bar that is well known has the artist's own mean and spread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mdg_core.feel import load_prior
from mdg_core.feel_places import Places, positions_of
from mdg_core.feel_prior import (
    CELLS,
    CENTRES,
    LANES,
    LEVELS,
    LIMITS,
    UNITS,
    Floats,
    Layer,
    Nets,
    features,
    mean_of,
    value_at,
)
from mdg_core.pattern import Pattern
from mdg_serving.generation.feels import KnownFeel

_KNOWN_HITS = 20.0  # of a place of the bar, at which the artist's own timing there counts as much as anybody's
_FARTHEST = 0.48  # steps: what is farther off would be heard, and was measured, as the next step
_TEMPI = (50.0, 290.0)  # beyond what the prior's corpus holds, offsets keep the ms of its end
_NORMAL = NormalDist()

Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def expectations(patterns: Sequence[Pattern], feels: Sequence[KnownFeel], tempo: float) -> list[Floats]:
    """Quantiles of the offset that the human prior expects of the k hits of each pattern, sixteenths, (k, quantiles).

    `Places.quantiles` for timing alone and for many patterns in one pass, with windows that do not overlap.
    """
    grids, streams = [], []
    habits: list[Floats] = []
    where: list[tuple[_Index, _Index, _Index] | None] = []
    for pattern, feel in zip(patterns, feels, strict=True):
        if not pattern.hits:
            where.append(None)
            continue
        places = Places(pattern)
        last = max(0, places.length - CELLS)
        stream = (np.array([*range(0, last, CELLS), last])[:, None] + np.arange(CELLS)) % places.length
        grid = np.zeros((places.length, LANES), np.bool_)
        grid[places.cell, places.lane] = True
        window = np.minimum(places.cell // CELLS, len(stream) - 1)
        where.append((len(habits) + window, places.cell - stream[window, 0], places.lane))
        grids.append(grid[stream])
        streams.append(stream)
        habits += [feel.habits] * len(stream)
    nothing = np.zeros((0, len(LEVELS)), np.float32)
    if not grids:
        return [nothing for _ in patterns]
    cells = np.concatenate(streams)
    positions = positions_of(patterns[0].metre, cells)
    speed = np.full(len(cells), np.clip(tempo, *_TEMPI), np.float32)
    told = features(np.concatenate(grids), positions, speed, np.stack(habits))[:1]
    found = _timing_nets(of_artist=bool(feels[0].cells))(told)[0]
    return [nothing if at is None else _in_sixteenths(found[at]) for at in where]


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


def timing(pattern: Pattern, feel: KnownFeel, expected: Floats, *, tempo: float, rng: np.random.Generator) -> Array:
    """Offsets of the k hits from the swung grid in steps, (k,); `expected` as in `expectations`.

    The prior's distribution and the artist's are read at one level, which what is played together shares
    (`Places.draw`).
    """
    if not pattern.hits:
        return np.zeros(0)
    places = Places(pattern)
    levels = places.draw(load_prior().shared, rng)[0]
    mean = mean_of(expected).astype(float)
    deviation = value_at(expected, levels, LIMITS[0]) - mean
    # the swing is the feel's, so that the prior's own is none
    places.take_off_swing(mean)
    places.take_off_subdivision(mean)
    offset = (mean + deviation) * 15000 / np.clip(tempo, *_TEMPI)
    for index, (cell, level) in enumerate(zip(feel.cells_of(pattern), levels.tolist(), strict=True)):
        if cell is not None:
            own = cell.offset_ms + cell.offset_spread_ms * _NORMAL.inv_cdf(level)
            offset[index] += cell.count / (cell.count + _KNOWN_HITS) * (own - offset[index])
    return np.asarray(np.clip(offset * tempo / 60000 * pattern.steps_per_quarter, -_FARTHEST, _FARTHEST))
