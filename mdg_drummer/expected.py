"""What the human prior expects of many patterns at once, told of the artist's habits: timing or touch alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mdg_core.pattern import Pattern
from mdg_drummer.feel_places import Places, positions_of
from mdg_drummer.feel_prior import CELLS, CENTRES, LANES, LIMITS, UNITS, Floats, Prior, features, in_corpus
from mdg_drummer.feels import KnownFeel

TIMING, TOUCH = 0, 1  # quantities of the prior


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """The k hits of a pattern on the prior's cells, and the quantiles of one quantity of each, (k, levels)."""

    places: Places
    quantiles: Floats


def expected(
    patterns: Sequence[Pattern], feels: Sequence[KnownFeel], prior: Prior, tempo: float, quantity: int
) -> list[Expected]:
    """Of each pattern, in sixteenths (TIMING) or velocities (TOUCH); all of one metre, at least one.

    `Places.quantiles` for one quantity and many patterns in one pass, with windows that do not overlap: two thirds of
    the time of one after the other.
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
    speed = np.full(len(cells), in_corpus(tempo), np.float32)
    told = features(np.concatenate(grids), positions, speed, np.stack(habits))[quantity : quantity + 1]
    found = prior.alone(quantity, of_artist=bool(feels[0].cells))(told)[0]
    return [Expected(places, _in_units(found[at], quantity)) for places, at in where]


def _in_units(found: Floats, quantity: int) -> Floats:
    """Quantiles in the nets' unit, some of which cross, as `Prior.quantiles` gives them."""
    return np.asarray(np.clip(np.sort(found, axis=-1) * UNITS[quantity] + CENTRES[quantity], *LIMITS[quantity]))
