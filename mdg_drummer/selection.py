"""A clip played with an artist's own strokes: for each of its steps a step of the artist's takes (unit selection).

All limbs of a step are copied together, in ms and with their velocities, so that limbs fall together and dynamics
keep the player's ceiling and favourite values, as takes do. The velocity of a stroke that the step lacks, or has much
louder or softer, is that of a single stroke; what the step lacks lies from its limbs as the artist's usually lie apart.
What differs between the place that is played and that which is copied is made up for by the artist's lean at the two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from mdg_core.pattern import Metre, Pattern
from mdg_drummer.hands import PARTS, Floats, Hands, Ints, Lean, Singles, classes_of

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
    begins = np.ones(len(step), np.bool_)
    np.not_equal(step[1:], step[:-1], out=begins[1:])
    row = begins.cumsum() - 1
    place, metric = _places(pattern.metre, pattern.steps_per_quarter)[:, step[begins] % pattern.steps_per_bar]
    wanted = np.zeros((len(place), len(hands.codes)), np.float32)
    loudness = np.zeros_like(wanted)
    wanted[row[known], column[known]] = 1
    loudness[row[known], column[known]] = level[known]
    takes = _donors(pattern, wanted, hands, style, tempo, rng)
    chosen = _selected(wanted, loudness, place, metric, hands, takes, rng)

    safe = np.where(known, column, 0)
    struck, velocity = hands.struck[chosen], hands.velocity[chosen]
    fell = _fell(hands, lean, chosen, struck)
    together = fell.sum(axis=1) / np.maximum(struck.sum(axis=1), 1)
    usual = np.where(known, lean.of(safe, metric[row], place[row]), 0.0)
    timed = known & (struck[row, safe] > 0)
    own = np.where(timed, fell[row, safe] - together[row], hands.limb_ms * rng.standard_normal(len(row)))
    loud = np.where(timed, velocity[row, safe], level).astype(float)
    near = timed & (abs(loud - level) <= _FARTHEST_VELOCITY)
    left = np.flatnonzero(known & ~near)
    if len(left):
        at = row[left]
        found = hands.touches.drawn(column[left], level[left], metric[at], place[at], takes, rng)
        loud[left] = np.where(abs(found - level[left]) <= _FARTHEST_VELOCITY, found, level[left])
    late = together[row] + usual + own
    if not hands.are_many:
        late += _BLUR_MS * rng.standard_normal(len(row)) * (row > 0)  # the clip is anchored on its first step
        loud = np.minimum(loud + _BLUR_VELOCITY * rng.standard_normal(len(row)), np.maximum(hands.loudest[safe], level))
    swings = hands.swings[takes[0]]
    return Drawn(late, usual, loud, (float(swings[0]), float(swings[1])))


@lru_cache(maxsize=64)
def _places(metre: Metre, steps_per_quarter: int) -> Ints:
    """Of each step of a bar its place and class, (2, steps)."""
    steps = np.arange(int(metre.bar_quarters * steps_per_quarter))
    place = np.rint(steps * PARTS / steps_per_quarter).astype(np.int64)
    return np.stack([place, classes_of(place, metre)])


def _donors(
    pattern: Pattern, wanted: Singles, hands: Hands, style: str, tempo: float, rng: np.random.Generator
) -> Ints:
    """The takes that are nearest, by tempo, density, voices and style, a little by chance; the nearest first."""
    strokes = wanted.sum()
    shares = wanted.sum(axis=0) / max(strokes, 1)
    far = abs(np.log(hands.tempo / tempo)) / _TEMPO
    far += abs(np.log(hands.density / max(strokes / pattern.bars, 1))) / _DENSITY
    far += abs(hands.shares - shares).sum(axis=1) / _SHARES
    far += [0.0 if name == style else _STYLE for name in hands.styles]
    far += _OTHER_GRID * (hands.ternary != (pattern.steps_per_quarter % 3 == 0))
    far += _OTHER_GRID * (hands.compound != pattern.metre.is_compound)
    far -= _WEIGHT * np.log(hands.weight)
    far += 2 * _NOISE * rng.gumbel(size=len(far))
    return np.argsort(far)[: int(rng.integers(_FEWEST, _MOST + 1))]


def _selected(
    wanted: Singles, loudness: Singles, place: Ints, metric: Ints, hands: Hands, takes: Ints, rng: np.random.Generator
) -> Ints:
    """Of each of t steps the step of these takes that costs least, (t,), as rows of the hands.

    Worked on in arrays that are there already, since at this size making them would take most of the time.
    """
    ranked = {take: rank for rank, take in enumerate(takes.tolist())}
    spans = [slice(*hands.begins[take : take + 2]) for take in sorted(ranked)]
    lengths = [span.stop - span.start for span in spans]
    rows = np.concatenate([np.arange(span.start, span.stop) for span in spans])
    cost = _alone(wanted, loudness, place, metric, hands, spans)
    cost -= _noise(len(cost), len(rows), rng)
    cost[0] += _NOT_FIRST * ~(hands.first[rows] if hands.anchored else hands.place[rows] == place[0])
    if not hands.anchored:
        cost[0] += _OFF_GRID * abs(hands.earliest[rows])
    together = hands.together[rows] * np.float32(_JOIN)
    before, joins = np.concatenate([together[-1:], together[:-1]]), together.tolist()
    ends = list(accumulate(lengths))
    # for a step that follows one of each take, what the rows of all takes cost
    bias = np.zeros((len(spans), len(rows)), np.float32)
    for number, (take, end) in enumerate(zip(sorted(ranked), ends, strict=True)):
        own = slice(end - lengths[number], end)
        bias[:, own] = _RANK * ranked[take]
        cost[0, own] += _RANK * ranked[take]
        bias[number, own] -= _SAME_TAKE
    found = np.empty(len(rows), np.float32)
    last = int(cost[0].argmin())
    out = [last]
    for of_step in cost[1:]:
        bias[:, last] += _USED
        take = bisect_right(ends, last)
        np.subtract(before, joins[last], out=found)
        np.abs(found, out=found)
        found += of_step
        found += bias[take]
        if last + 1 < ends[take]:
            found[last + 1] -= _GOES_ON
        last = int(found.argmin())
        out.append(last)
    return np.asarray(rows[out])


def _alone(
    wanted: Singles, loudness: Singles, place: Ints, metric: Ints, hands: Hands, spans: Sequence[slice]
) -> Singles:
    """What each row of these spans costs for each of t steps beside its take and what goes before it, (t, rows).

    Less what all rows cost alike: the number of voices that are wanted.
    """
    voices = np.flatnonzero(wanted.any(axis=0))
    wanted, loudness = wanted[:, voices], loudness[:, voices] / _LOUDNESS
    looks = np.concatenate([hands.looks[:, voices, span] for span in spans], axis=2).reshape(3 * len(voices), -1)
    # of one voice the square of its distance in velocity, all three products in one
    cost = np.hstack([loudness**2, loudness * (-2 / _LOUDNESS), wanted / _LOUDNESS**2]) @ looks
    np.maximum(cost, 0, out=cost)
    np.sqrt(cost, out=cost)
    cost -= (wanted * (_MISSING + _SPARE)) @ looks[: len(voices)]
    at = {kind: number for number, kind in enumerate(dict.fromkeys(zip(place.tolist(), metric.tolist(), strict=True)))}
    places, classes = np.array(list(at)).T
    differs = _OTHER_PLACE * (places[:, None] != hands.kinds[0]) + _OTHER_CLASS * (classes[:, None] != hands.kinds[1])
    kind, struck = (np.concatenate([each[span] for span in spans]) for each in (hands.kind, hands.voices))
    elsewhere = differs.astype(np.float32)[:, kind] + _SPARE * struck
    cost += elsewhere[[at[kind] for kind in zip(place.tolist(), metric.tolist(), strict=True)]]
    return np.asarray(cost)


@lru_cache(maxsize=1)
def _gumbel() -> Singles:
    return np.random.default_rng(0).gumbel(scale=_NOISE, size=1 << 18).astype(np.float32)


def _noise(steps: int, rows: int, rng: np.random.Generator) -> Singles:
    """Gumbel noise from anywhere in a store of it, (steps, rows): drawn each time it would take most of the time."""
    store, size = _gumbel(), steps * rows
    begin = int(rng.integers(0, max(1, len(store) - size)))
    part = store[begin : begin + size]
    return (part if len(part) == size else np.resize(store, size)).reshape(steps, rows)


def _fell(hands: Hands, lean: Lean, chosen: Ints, struck: Singles) -> Floats:
    """By how much the strokes of these steps lie later than the artist's lean has them, (t, v) in ms; 0 for others."""
    out = np.zeros((len(chosen), len(hands.codes)))
    at, limb = np.nonzero(struck)
    step = chosen[at]
    out[at, limb] = hands.residual[step, limb] - lean.of(limb, hands.metric[step], hands.place[step])
    return out
