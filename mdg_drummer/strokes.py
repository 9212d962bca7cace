"""How loud an artist strikes a voice where: the velocity of a single stroke, drawn from those of the artist's takes.

A stroke is the likelier the nearer its velocity, of the metrical class and at the place of the one that is played, and
in one of the takes that the clip is drawn from. Each of these costs something (`selection`); the likelihood is that of
the least cost where each has noise of a Gumbel distribution, so that it is exp(-cost / noise).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# a velocity by which strokes differ that costs 1, another metrical class, another place of the bar, another take; noise
_NEAR_VELOCITY, _OTHER_CLASS, _OTHER_PLACE, _OTHER_TAKE, _NOISE = 10.0, 1.2, 0.4, 1.0, 0.3
_VELOCITIES = 128

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Touches:
    """The velocities of v voices over n takes, counted anywhere, by c metrical classes, and by p places of the bar.

    A row of `count` for each voice anywhere, by class, and by place, v (1 + c + p) in all.
    """

    classes: int
    places: Ints  # (p,) sorted
    rows: NDArray[np.int32]  # (strokes, 3), of each stroke the rows that it is counted in; ordered by take
    velocity: NDArray[np.int32]  # (strokes,)
    begins: list[int]  # of each take its first stroke, and the end of the last, (n + 1,)
    count: Singles  # (rows, _VELOCITIES)

    @classmethod
    def of(cls, struck: Singles, velocity: Singles, take: Ints, metric: Ints, place: Ints, classes: int) -> Touches:
        """Of s steps what is struck and how loud, (s, v), and their take, class and place, (s,), ordered by take."""
        step, column = np.nonzero(struck)
        places, index = np.unique(place, return_inverse=True)
        rows = np.stack(_rows(struck.shape[1], classes, column, metric[step], index[step]), axis=1)
        loud = np.rint(velocity[step, column]).astype(np.int64)
        begins = np.searchsorted(take[step], np.arange(int(take[-1]) + 2)).tolist()
        count = _counted(rows, loud, struck.shape[1] * (1 + classes + len(places)))
        return cls(classes, places, rows.astype(np.int32), loud.astype(np.int32), begins, count)

    def drawn(
        self, column: Ints, level: Singles, metric: Ints, place: Ints, takes: Ints, rng: np.random.Generator
    ) -> Floats:
        """The velocities of n strokes at these classes and places, (n,): near `level`, rather from these takes."""
        voices = len(self.count) // (1 + self.classes + len(self.places))
        index = np.minimum(np.searchsorted(self.places, place), len(self.places) - 1)
        wanted = np.stack(_rows(voices, self.classes, column, metric, index))
        # only the rows that are wanted are counted for these takes
        slot = np.zeros(len(self.count), np.int64)
        slot[wanted] = 1
        different = np.flatnonzero(slot)
        slot[different] = np.arange(1, len(different) + 1)
        spans = [slice(*self.begins[take : take + 2]) for take in takes.tolist()]
        at = slot[np.concatenate([self.rows[span] for span in spans])]
        counted = _counted(at, np.concatenate([self.velocity[span] for span in spans]), len(different) + 1)
        far = math.exp(-_OTHER_TAKE / _NOISE)
        anywhere, of_class, there = far * self.count[wanted] + (1 - far) * counted[slot[wanted]]

        elsewhere, in_class = (math.exp(-cost / _NOISE) for cost in (_OTHER_CLASS + _OTHER_PLACE, _OTHER_PLACE))
        is_known = (self.places[index] == place)[:, None]
        weight = elsewhere * anywhere + (in_class - elsewhere) * of_class + (1 - in_class) * is_known * there
        weight *= _nearness()[np.rint(level).astype(np.int64)]
        reached = weight.cumsum(axis=1)
        return np.asarray((reached < (rng.random(len(column)) * reached[:, -1])[:, None]).sum(axis=1), float)


def _counted(rows: Ints, velocity: NDArray[np.integer], size: int) -> Singles:
    """How often each of `size` rows, of which each stroke is counted in three, has each velocity."""
    cells = (rows * _VELOCITIES + velocity[:, None]).ravel()
    count = np.bincount(cells, minlength=size * _VELOCITIES)
    return count.reshape(-1, _VELOCITIES).astype(np.float32)


def _rows(voices: int, classes: int, column: Ints, metric: Ints, place: Ints) -> tuple[Ints, Ints, Ints]:
    """The rows of strokes anywhere, of those of their class, and of those at their place (an index)."""
    return column, voices + metric * voices + column, voices * (1 + classes) + place * voices + column


@lru_cache(maxsize=1)
def _nearness() -> Floats:
    """How likely a velocity is beside another, (_VELOCITIES, _VELOCITIES)."""
    velocity = np.arange(_VELOCITIES)
    return np.exp(-abs(velocity[:, None] - velocity) / (_NEAR_VELOCITY * _NOISE))
