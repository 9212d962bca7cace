"""When each stroke falls: drawn from the human prior, and from the artist's own habits where they are known.

`mdg_core.feel.humanise` draws from the prior and leans towards the artist's means, which is best where one clip is to
come near to one performance. Here many clips are to be spread as the artist's performances are, so that a place of the
bar that is well known has the artist's own mean and spread.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mdg_core.feel import load_prior
from mdg_core.feel_places import Places, positions_of
from mdg_core.feel_prior import CELLS, LANES, LIMITS, QUANTITIES, Floats, mean_of, value_at
from mdg_core.feel_prior import LEVELS as QUANTILES
from mdg_core.pattern import Pattern
from mdg_serving.generation.feels import KnownFeel

_KNOWN_HITS = 20.0  # of a place of the bar, at which the artist's own timing there counts as much as anybody's
_TEMPI = (50.0, 290.0)  # beyond what the prior's corpus holds, offsets keep the ms of its end
_NORMAL = NormalDist()

Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def expectations(patterns: Sequence[Pattern], feels: Sequence[KnownFeel], tempo: float) -> list[Floats]:
    """What the human prior expects of the k hits of each pattern, (QUANTITIES, k, quantiles).

    `Places.quantiles` for many patterns in one pass, and with windows that follow one another without overlap.
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
    nothing = np.zeros((QUANTITIES, 0, len(QUANTILES)), np.float32)
    if not grids:
        return [nothing for _ in patterns]
    cells = np.concatenate(streams)
    positions = positions_of(patterns[0].metre, cells)
    told = np.stack(habits) if feels[0].cells else None
    speed = np.full(len(cells), np.clip(tempo, *_TEMPI), np.float32)
    found = load_prior().quantiles(np.concatenate(grids), positions, speed, told)
    return [nothing if at is None else found[:, at[0], at[1], at[2]] for at in where]


def timing(pattern: Pattern, feel: KnownFeel, expected: Floats, *, tempo: float, rng: np.random.Generator) -> Array:
    """Offsets of the k hits from the swung grid in steps, (k,); `expected` as in `expectations`.

    The prior's distribution and the artist's are read at one level, which what is played together shares
    (`Places.draw`).
    """
    if not pattern.hits:
        return np.zeros(0)
    places = Places(pattern)
    levels = places.draw(load_prior().shared, rng)[0]
    mean = mean_of(expected[0]).astype(float)
    deviation = value_at(expected[0], levels, LIMITS[0]) - mean
    # the swing is the feel's, so that the prior's own is none
    places.take_off_swing(mean)
    places.take_off_subdivision(mean)
    offset = (mean + deviation) * 15000 / np.clip(tempo, *_TEMPI)
    for index, (hit, level) in enumerate(zip(pattern.hits, levels.tolist(), strict=True)):
        cell = feel.cell(hit, pattern)
        if cell is not None:
            own = cell.offset_ms + cell.offset_spread_ms * _NORMAL.inv_cdf(level)
            offset[index] += cell.count / (cell.count + _KNOWN_HITS) * (own - offset[index])
    return np.asarray(offset * tempo / 60000 * pattern.steps_per_quarter)
