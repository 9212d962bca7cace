"""From a pattern on any grid to the cells of the human prior and back, and swing.

What belongs here: which sixteenth of a 4/4 bar each step is taken for, windows over a pattern, what a grid's
swing and subdivision take from the prior's offsets. What does not: the artist (`feel_artist`).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mdg_core.pattern import Metre, Pattern
from mdg_drummer.feel_prior import BAR, CELLS, LANE_OF, LANES, LEVELS, QUANTITIES, Floats, Prior

Array = NDArray[np.float64]

STRAIGHT = 50.0
_SWING_HEARD = 1.0  # percent about straight that is no swing yet
_WINDOWS_AT_ONCE = 256  # what keeps an hour of playing within memory


def swing_offset(
    step: int, steps_per_quarter: int, swing_eighths: float = STRAIGHT, swing_sixteenths: float = STRAIGHT
) -> float:
    """How far swing moves a step, in steps.

    The swing is the percent of the first note in a pair of eighths or sixteenths: 50 straight, 66.7
    triplet. The time between is stretched evenly, the sixteenths within the swung eighths. Triplet
    grids have their swing in their steps, so nothing moves there. Raises ValueError outside 0-100.
    """
    if not (0 < swing_eighths < 100 and 0 < swing_sixteenths < 100):
        raise ValueError(f"swing is a percent between 0 and 100, not {swing_eighths} or {swing_sixteenths}")
    if steps_per_quarter % 3 == 0:
        return 0.0
    place = step % steps_per_quarter / steps_per_quarter
    half, within = divmod(2 * place, 1)
    bent = _bend((half + _bend(within, swing_sixteenths / 100)) / 2, swing_eighths / 100)
    return (bent - place) * steps_per_quarter


def _bend(place: float, middle: float) -> float:
    """0-1 stretched so that a half comes to `middle`."""
    return 2 * place * middle if place < 0.5 else 1 - 2 * (1 - place) * (1 - middle)


def swing_of(pattern: Pattern) -> tuple[float, float]:
    """The swing that the offsets of the hits show, of eighths and of sixteenths; straight within a percent.

    It is counted from where the beats are played, so that who is late throughout does not swing.
    """
    per = pattern.steps_per_quarter
    if per % 2 or per % 3 == 0 or not any(hit.offset for hit in pattern.hits):
        return STRAIGHT, STRAIGHT
    beats = [hit.offset for hit in pattern.hits if hit.step % per == 0]
    late = float(np.median(beats)) if beats else 0.0
    played = [(hit.step % per / per, (hit.step % per + hit.offset - late) / per) for hit in pattern.hits]
    eighths = _heard([100 * onset for place, onset in played if place == 0.5])
    middle = eighths / 100
    sixteenths = [
        *(50 * onset / middle * 2 for place, onset in played if place == 0.25),
        *(100 * (onset - middle) / (1 - middle) for place, onset in played if place == 0.75),
    ]
    return eighths, _heard(sixteenths)


def _heard(percents: list[float]) -> float:
    if not percents:
        return STRAIGHT
    middle = float(np.clip(np.median(percents), 25, 90))
    return middle if abs(middle - STRAIGHT) > _SWING_HEARD else STRAIGHT


def levels_of(scores: Array) -> Array:
    """The levels 0-1 of normal scores of shape (k,)."""
    cdf = NormalDist().cdf
    return np.array([cdf(score) for score in scores.tolist()])


def whole_scores(rng: np.random.Generator) -> Array:
    """Normal scores of a take as a whole and of each of its lanes, (QUANTITIES, 1 + LANES)."""
    take = rng.standard_normal((QUANTITIES, 1))
    return np.concatenate([take, rng.standard_normal((QUANTITIES, LANES))], axis=1)


def cell_of(step: int, steps_per_quarter: int) -> int:
    """The nearest sixteenth; of two the earlier."""
    return math.ceil(4 * step / steps_per_quarter - 0.5)


def positions_of(metre: Metre, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sixteenth of a 4/4 bar, 0-15, that each sixteenth (from the start of a bar) is most like.

    A compound beat is taken for two quarters of which the second lacks its beat: strong, upbeat, upbeat.
    A long bar goes on with its second half.
    """
    bar = float(metre.bar_quarters) * 4
    within = np.floor(cells % bar + 1e-9).astype(np.int64)
    if metre.is_compound:
        within = 8 * (within // 6) + np.array([0, 1, 2, 3, 6, 7])[within % 6]
    positions: NDArray[np.int64] = np.where(within < BAR, within, BAR // 2 + within % (BAR // 2))
    return positions


class Places:
    """The hits of a pattern on the prior's cells: a stream of sixteenths, read in windows of two bars."""

    def __init__(self, pattern: Pattern) -> None:
        per = pattern.steps_per_quarter
        self.metre = pattern.metre
        self.length = max(1, math.ceil(pattern.quarters * 4))
        # a last step just short of the end has its nearest sixteenth beyond it
        self.cell = np.array([min(cell_of(hit.step, per), self.length - 1) for hit in pattern.hits], np.int64)
        self.lane = np.array([LANE_OF[hit.voice] for hit in pattern.hits], np.int64)
        step = np.array([hit.step for hit in pattern.hits], np.int64)
        self.on_sixteenth = 4 * step % per == 0
        # place within the quarter, in quarters
        self.phase = step % per / per

    def quantiles(self, prior: Prior, tempo: float, habits: Floats | None) -> Floats:
        """Of each of k hits, (QUANTITIES, k, levels); the mean where windows overlap, as a loop where it is short."""
        last = max(0, self.length - CELLS)
        starts = np.array([*range(0, last, BAR), last])
        stream = (starts[:, None] + np.arange(CELLS)) % self.length
        grid = np.zeros((self.length, LANES), np.bool_)
        grid[self.cell, self.lane] = True
        stream = stream[grid[stream].any(axis=(1, 2))]  # of a few hits in an hour of silence most is silence
        total = np.zeros((QUANTITIES, self.length, LANES, len(LEVELS)), np.float32)
        times = np.zeros(self.length, np.float32)
        for first in range(0, len(stream), _WINDOWS_AT_ONCE):
            batch = stream[first : first + _WINDOWS_AT_ONCE]
            told = None if habits is None else habits[None].repeat(len(batch), axis=0)
            speed = np.full(len(batch), tempo, np.float32)
            found = prior.quantiles(grid[batch], positions_of(self.metre, batch), speed, told)
            for window, cells in enumerate(batch):
                for part in (slice(i, i + self.length) for i in range(0, CELLS, self.length)):
                    total[:, cells[part]] += found[:, window, part]
                    times[cells[part]] += 1
        return total[:, self.cell, self.lane] / times[self.cell, None]

    def draw(self, shared: Floats, rng: np.random.Generator, whole: Array | None = None) -> Array:
        """Normal scores, (QUANTITIES, k), that a take, its lanes and its cells have in common as `shared` says.

        `whole` is what the take and its lanes have in common where it goes on beyond this pattern (`whole_scores`).
        At the levels of such scores (`levels_of`) the distributions stay those of the prior, whatever is shared: a
        Gaussian copula.
        """
        common = np.sqrt(shared.astype(float))
        own = np.sqrt(np.maximum(0, 1 - shared.sum(axis=1, dtype=float)))
        if whole is None:
            whole = whole_scores(rng)
        score = common[:, :1] * whole[:, :1]
        score = score + common[:, 1:2] * whole[:, 1:][:, self.lane]
        score = score + common[:, 2:] * rng.standard_normal((QUANTITIES, self.length))[:, self.cell]
        return np.asarray(score + own[:, None] * rng.standard_normal((QUANTITIES, len(self.cell))))

    def take_off_swing(self, offset: Array) -> None:
        """Bring the mean of each kind of upbeat to that of the beats, in place."""
        beats = offset[self.phase == 0]
        level = beats.mean() if len(beats) else 0.0
        for phase in (0.25, 0.5, 0.75):
            upbeats = self.phase == phase
            if upbeats.any():
                offset[upbeats] += level - offset[upbeats].mean()

    def take_off_subdivision(self, offset: Array) -> None:
        """Off the sixteenths the prior's offset is mostly the way to the nearest: only the others' mean stays."""
        known = offset[self.on_sixteenth]
        offset[~self.on_sixteenth] = known.mean() if len(known) else 0.0
