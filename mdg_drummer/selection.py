"""A clip played with an artist's own strokes: for each of its steps a step of the artist's takes (unit selection).

All limbs of a step are copied together, in ms and with their velocities, so that limbs fall together and dynamics
keep the player's ceiling and favourite values, as takes do. The velocity of a stroke that the step lacks, or has much
louder or softer, is that of a single stroke; what the step lacks lies from its limbs as the artist's usually lie apart.
What differs between the place that is played and that which is copied is made up for by the artist's lean at the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mdg_core.pattern import Pattern
from mdg_drummer.hands import CLASSES, PARTS, Floats, Hands, Ints, Lean, Singles, classes_of

# The costs were found by a pilot on five drummers and then on `benchmarks.realism`, by what tells clips from takes
_MISSING, _SPARE = 2.0, 0.25  # a voice
_LOUDNESS = 40.0  # velocities by which one voice costs 1
_OTHER_CLASS, _OTHER_PLACE = 1.2, 0.4
_RANK, _USED = 0.3, 0.8
_GOES_ON, _SAME_TAKE = 2.5, 0.8
_JOIN = 0.1  # a ms by which what went before the copied step lay otherwise than what goes before here
_NOISE = 0.3
# Of a clip's first step, a ms that it would begin off the grid: there is no time before a clip, and a stroke that is
# moved onto its start stands out among others that are early together
_OFF_GRID = 0.2
_NOT_FIRST = 100.0
# nearness of takes: a tempo by 15 %, a density by half, the shares of the voices
_TEMPO, _DENSITY, _SHARES, _STYLE, _WEIGHT = 0.15, 0.4, 0.5, 0.5, 0.5
_OTHER_GRID = 50.0
_FEWEST, _MOST = 3, 5  # takes that a clip is drawn from
_FARTHEST_VELOCITY = 36  # a copied stroke that is louder or softer by more is another kind of stroke
# of single strokes, beside classes and places: velocities that cost 1, another take
_NEAR_VELOCITY, _OTHER_TAKE = 10.0, 1.0
_BLUR_MS, _BLUR_VELOCITY = 3.0, 3.0  # of few takes, so that their clips are not copies


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What the artist does with the k hits of a pattern."""

    late_ms: Floats  # (k,) from the swung grid
    lean_ms: Floats  # (k,) what of it is the artist's way
    velocity: Floats  # (k,)
    swings: tuple[float, float]  # of the nearest take


def drawn(pattern: Pattern, hands: Hands, lean: Lean, *, style: str, tempo: float, rng: np.random.Generator) -> Drawn:
    """Timing and velocities for the hits of a pattern. It has at least one hit."""
    column = np.array([hands.column_of.get(hit.voice, -1) for hit in pattern.hits], np.int64)
    level = np.array([hit.velocity for hit in pattern.hits], np.float32)
    known = column >= 0
    step = np.array([hit.step for hit in pattern.hits], np.int64)
    steps, row = np.unique(step, return_inverse=True)
    place = np.rint(steps % pattern.steps_per_bar * PARTS / pattern.steps_per_quarter).astype(np.int64)
    metric = classes_of(place, pattern.metre)
    wanted = np.zeros((len(steps), len(hands.codes)), np.float32)
    loudness = np.zeros_like(wanted)
    wanted[row[known], column[known]] = 1
    loudness[row[known], column[known]] = level[known]
    takes = _donors(pattern, wanted, hands, style, tempo, rng)
    chosen = _selected(wanted, loudness, place, metric, hands, takes, rng)

    safe = np.where(known, column, 0)
    struck, velocity = hands.struck[chosen], hands.velocity[chosen]
    fell = _fell(hands, lean, chosen)
    together = fell.sum(axis=1) / np.maximum(struck.sum(axis=1), 1)
    usual = np.where(known, lean.of(safe, metric[row], place[row]), 0.0)
    timed = known & (struck[row, safe] > 0)
    own = np.where(timed, fell[row, safe] - together[row], hands.limb_ms() * rng.standard_normal(len(row)))
    loud = np.where(timed, velocity[row, safe], level).astype(float)
    near = timed & (abs(loud - level) <= _FARTHEST_VELOCITY)
    left = np.flatnonzero(known & ~near)
    if len(left):
        source = _strokes(hands, column[left], level[left], metric[row[left]], place[row[left]], takes, rng)
        found = hands.velocity[source, column[left]]
        loud[left] = np.where(abs(found - level[left]) <= _FARTHEST_VELOCITY, found, level[left])
    late = together[row] + usual + own
    if not hands.are_many:
        late += _BLUR_MS * rng.standard_normal(len(row)) * (row > 0)  # the clip is anchored on its first step
        ceiling = hands.velocity.max(axis=0)[safe]
        loud = np.minimum(loud + _BLUR_VELOCITY * rng.standard_normal(len(row)), np.maximum(ceiling, level))
    swings = hands.swings[takes[0]]
    return Drawn(late, usual, loud, (float(swings[0]), float(swings[1])))


def _donors(
    pattern: Pattern, wanted: Singles, hands: Hands, style: str, tempo: float, rng: np.random.Generator
) -> Ints:
    """The takes that are nearest, by tempo, density, voices and style, a little by chance; the nearest first."""
    strokes = wanted.sum()
    shares = wanted.sum(axis=0) / max(strokes, 1)
    far = abs(np.log(hands.tempo / tempo)) / _TEMPO
    far += abs(np.log(hands.density / max(strokes / pattern.bars, 1))) / _DENSITY
    far += abs(hands.shares - shares).sum(axis=1) / _SHARES
    far += _STYLE * np.array([name != style for name in hands.styles])
    far += _OTHER_GRID * (hands.ternary != (pattern.steps_per_quarter % 3 == 0))
    far += _OTHER_GRID * (hands.compound != pattern.metre.is_compound)
    far -= _WEIGHT * np.log(hands.weight)
    far += 2 * _NOISE * rng.gumbel(size=len(far))
    return np.argsort(far)[: int(rng.integers(_FEWEST, _MOST + 1))]


def _selected(
    wanted: Singles, loudness: Singles, place: Ints, metric: Ints, hands: Hands, takes: Ints, rng: np.random.Generator
) -> Ints:
    """Of each of t steps the step of these takes that costs least, (t,), as rows of the hands."""
    rank = np.full(len(hands.tempo), -1)
    rank[takes] = np.arange(len(takes))
    rows = np.flatnonzero(rank[hands.take] >= 0)
    struck, velocity = hands.struck[rows], hands.velocity[rows]
    both = wanted @ struck.T
    of_take = hands.take[rows]
    # of one voice the square of its distance in velocity, all three products in one; worked on in place, since at this
    # size making arrays would take most of the time
    cost = np.hstack([loudness**2, loudness * -2, wanted]) @ np.hstack([struck, velocity, velocity**2]).T
    np.maximum(cost, 0, out=cost)
    np.sqrt(cost, out=cost)
    cost *= 1 / _LOUDNESS
    both *= _MISSING + _SPARE
    cost -= both
    cost += _MISSING * wanted.sum(axis=1)[:, None]
    cost += (_SPARE * struck.sum(axis=1) + _RANK * rank[of_take]).astype(np.float32)
    differs = _OTHER_CLASS * (np.arange(CLASSES)[:, None] != hands.metric[rows])
    cost += differs.astype(np.float32)[metric]
    places, which = np.unique(place, return_inverse=True)
    differs = _OTHER_PLACE * (places[:, None] != hands.place[rows])
    cost += differs.astype(np.float32)[which]
    noise = (_NOISE * rng.gumbel(size=2 * len(rows))).astype(np.float32)
    cost -= sliding_window_view(noise, len(rows))[rng.integers(0, len(rows), size=len(wanted))]
    together = hands.together()[rows]
    before = np.roll(together, 1) * np.float32(_JOIN)
    joins = (together * np.float32(_JOIN)).tolist()
    begins = hands.first[rows] if hands.anchored else hands.place[rows] == place[0]
    cost[0] += _NOT_FIRST * ~begins
    if not hands.anchored:
        earliest = np.where(struck > 0, hands.residual[rows], np.inf).min(axis=1)
        cost[0] += _OFF_GRID * abs(earliest)
    starts = np.searchsorted(of_take, of_take).tolist()
    ends = np.searchsorted(of_take, of_take, side="right").tolist()
    found = np.empty(len(rows), np.float32)
    out = np.empty(len(wanted), np.int64)
    last = -1
    # written into an array that is there already: at this size, making arrays would take most of the time
    for index, of_step in enumerate(cost):
        if last < 0:
            last = int(of_step.argmin())
        else:
            np.subtract(before, joins[last], out=found)
            np.abs(found, out=found)
            found += of_step
            found[starts[last] : ends[last]] -= _SAME_TAKE
            if last + 1 < ends[last]:
                found[last + 1] -= _GOES_ON
            last = int(found.argmin())
        cost[index + 1 :, last] += _USED
        out[index] = last
    return np.asarray(rows[out])


def _fell(hands: Hands, lean: Lean, chosen: Ints) -> Floats:
    """By how much the strokes of these steps lie later than the artist's lean has them, (t, v) in ms; 0 for others."""
    out = np.zeros((len(chosen), len(hands.codes)))
    at, limb = np.nonzero(hands.struck[chosen])
    step = chosen[at]
    out[at, limb] = hands.residual[step, limb] - lean.of(limb, hands.metric[step], hands.place[step])
    return out


def _strokes(
    hands: Hands, column: Ints, level: Singles, metric: Ints, place: Ints, takes: Ints, rng: np.random.Generator
) -> Ints:
    """For single strokes the steps of the artist's in which one is likest, (n,): by loudness, place and take."""
    out = np.empty(len(column), np.int64)
    donor = np.isin(hands.take, takes)
    for number in np.unique(column).tolist():
        rows = np.flatnonzero(hands.struck[:, number])
        which = np.flatnonzero(column == number)
        cost = abs(hands.velocity[rows, number][None] - level[which, None]) / _NEAR_VELOCITY
        cost += _OTHER_CLASS * (hands.metric[rows][None] != metric[which, None])
        cost += _OTHER_PLACE * (hands.place[rows][None] != place[which, None])
        cost += _OTHER_TAKE * ~donor[rows]
        noise = _NOISE * rng.gumbel(size=2 * len(rows))
        shifts = rng.integers(0, len(rows), size=len(which))
        cost -= noise[shifts[:, None] + np.arange(len(rows))]
        out[which] = rows[cost.argmin(axis=1)]
    return out
