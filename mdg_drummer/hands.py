"""What an artist's performances tell of timing and touch, as arrays that clips draw from.

A *step* of a performance is what all limbs play on one place of the grid. Places are in 24ths of a quarter from the
bar line. A *residual* is an offset in ms from the swung grid of its own take; the *lean* is what the artist does at
a place on the whole, so that residual less lean is how one stroke fell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import VOICES, Voice
from mdg_core.pattern import Metre
from mdg_core.profile import Performance
from mdg_drummer.feel_places import swing_offset
from mdg_drummer.feel_prior import LANE_OF
from mdg_drummer.strokes import Touches

PARTS = 24  # of a quarter
_ANCHORED_MS = 1.0
_LIMB_MS, _FEW_STEPS = 4.0, 8  # where fewer steps of several limbs show how far these lie apart
# takes, or bars, from which an artist's own steps decide; below they are blurred, and below these the prior plays
_MANY_TAKES, _MANY_BARS = 20, 120
_FEW_TAKES, _FEW_BARS = 5, 32
# The lean at a place is drawn to that of places of its metrical class, this to the voice's and this to everybody's:
# worth so many takes, by which held-out takes are likeliest (`python -m benchmarks.shrinkage`). Takes of other tempos
# count the less, down to `_LEAST` (pilot on five drummers, held-out takes)
STRENGTHS = 8.0, 16.0, 16.0
_TEMPO_REACH, _LEAST = 0.15, 0.02

STRONG, BACK, UPBEAT, SIXTEENTH, OTHER = range(5)
CLASSES = 5

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
_Number = TypeVar("_Number", bound=np.floating)


def classes_of(place: Ints, metre: Metre) -> Ints:
    """The metrical class of places of the bar: downbeats (1 and 3), backbeats, off-eighths, sixteenths, others."""
    beat = PARTS * 3 // 2 if metre.is_compound else PARTS * 4 // metre.denominator
    number, within = np.divmod(place, max(beat, 1))
    half = within % (PARTS // 2) == 0
    out = np.where(half, UPBEAT, np.where(within % (PARTS // 4) == 0, SIXTEENTH, OTHER))
    return np.where(within == 0, np.where(number % 2 == 0, STRONG, BACK), out)


@dataclass(frozen=True, eq=False)
class Hands:
    """The performances of an artist, or of two in a blend: n takes, s steps, v voices.

    The steps of a take follow one another. `codes` are the voices' indices into VOICES. Where a voice is not struck,
    velocity and residual are 0. What is worked out of these arrays is so once, since every clip asks for it.
    """

    codes: Ints  # (v,)
    column_of: dict[Voice, int]  # of every voice that is played or whose lane is
    tempo: Floats  # (n,)
    density: Floats  # (n,) strokes a bar
    shares: Floats  # (n, v) of the strokes
    weight: Floats  # (n,) how much each counts, 1 at most
    swings: Floats  # (n, 2) percent, of eighths and sixteenths
    ternary: NDArray[np.bool_]  # (n,)
    compound: NDArray[np.bool_]  # (n,)
    styles: tuple[str, ...]
    take: Ints  # (s,)
    place: Ints  # (s,)
    metric: Ints  # (s,) class of the place
    first: NDArray[np.bool_]  # (s,) whether it begins its excerpt
    struck: Singles  # (s, v) 0 or 1
    velocity: Singles  # (s, v)
    residual: Singles  # (s, v) ms
    anchored: bool  # whether takes lie so that their first stroke is on the grid
    takes: int
    bars: int

    @cached_property
    def begins(self) -> list[int]:
        """The first step of each take, and the end of the last, (n + 1,)."""
        return [int(begin) for begin in np.searchsorted(self.take, np.arange(len(self.tempo) + 1))]

    @cached_property
    def looks(self) -> Singles:
        """What is struck, the velocities and their squares, (3, v, s)."""
        return np.ascontiguousarray(np.stack([self.struck, self.velocity, self.velocity**2]).transpose(0, 2, 1))

    @cached_property
    def voices(self) -> Singles:
        """How many voices each step strikes, (s,)."""
        return np.asarray(self.struck.sum(axis=1))

    @cached_property
    def kinds(self) -> Ints:
        """The different pairs of place and class, (2, k)."""
        return np.stack(np.divmod(np.unique(self.place * CLASSES + self.metric), CLASSES))

    @cached_property
    def kind(self) -> Ints:
        """Of each step which of `kinds` it is, (s,)."""
        return np.asarray(np.unique(self.place * CLASSES + self.metric, return_inverse=True)[1])

    @cached_property
    def together(self) -> Singles:
        """Of each step the mean residual of its strokes, (s,)."""
        count = np.maximum(self.struck.sum(axis=1), 1)
        return np.asarray((self.residual * self.struck).sum(axis=1) / count, np.float32)

    @cached_property
    def earliest(self) -> Singles:
        """Of each step the residual of its earliest stroke, (s,)."""
        return np.asarray(np.where(self.struck > 0, self.residual, np.inf).min(axis=1), np.float32)

    @cached_property
    def limb_ms(self) -> float:
        """The spread of limbs about their step, as the steps of several limbs show it."""
        count = self.struck.sum(axis=1)
        several = count > 1
        struck, count, residual = self.struck[several], count[several], self.residual[several]
        mean = (residual * struck).sum(axis=1) / count
        apart = (((residual - mean[:, None]) * struck) ** 2).sum(axis=1) / (count - 1)
        # the middle one, since a few flams spread more than all else
        return float(np.sqrt(np.median(apart))) if len(apart) >= _FEW_STEPS else _LIMB_MS

    @cached_property
    def loudest(self) -> Singles:
        """Of each voice its ceiling, (v,)."""
        return np.asarray(self.velocity.max(axis=0))

    @cached_property
    def touches(self) -> Touches:
        """How loud each voice is struck where."""
        return Touches.of(self.struck, self.velocity, self.take, self.metric, self.place, CLASSES)

    @cached_property
    def grouped(self) -> Grouped:
        return grouped_of(self)

    @property
    def decide(self) -> bool:
        """Whether there is enough for the artist's own takes to decide how clips are played."""
        return self.takes >= _FEW_TAKES or self.bars >= _FEW_BARS

    @property
    def are_many(self) -> bool:
        """Whether steps can be copied as they are without clips being copies."""
        return self.takes >= _MANY_TAKES or self.bars >= _MANY_BARS


def _columns(codes: Ints) -> dict[Voice, int]:
    """Of every voice the column that plays it: its own, else the first of its lane (`feel_prior.LANE_OF`)."""
    voices = [VOICES[code] for code in codes.tolist()]
    lanes = {LANE_OF[voice]: column for column, voice in reversed(list(enumerate(voices)))}
    own = {voice: column for column, voice in enumerate(voices)}
    return {voice: lanes[LANE_OF[voice]] for voice in VOICES if LANE_OF[voice] in lanes} | own


def hands_of(performances: Sequence[Performance]) -> Hands | None:
    """None where there is no performance."""
    if not performances:
        return None
    used = {voice for performance in performances for voice in performance.kit}
    voices = [voice for voice in VOICES if voice in used]
    column = {voice: index for index, voice in enumerate(voices)}
    codes = np.array([VOICES.index(voice) for voice in voices], np.int64)
    parts = [_steps(performance, number, column) for number, performance in enumerate(performances)]
    take, place, metric, first, struck, velocity, residual = (
        np.concatenate([part[k] for part in parts]) for k in range(7)
    )
    counts = np.array([part[4].sum(axis=0) for part in parts], float)
    strokes = counts.sum(axis=1)
    starts = [abs(p.offset_ms[0] + p.shift_ms) < _ANCHORED_MS for p in performances if p.steps and p.steps[0] == 0]
    metres = [Metre.parse(p.metre) for p in performances]
    return Hands(
        codes=codes,
        column_of=_columns(codes),
        tempo=np.array([p.tempo for p in performances]),
        density=np.maximum(strokes, 1) / [p.bars for p in performances],
        shares=counts / np.maximum(strokes, 1)[:, None],
        weight=np.array([p.weight for p in performances]),
        swings=np.array([[p.swing_eighths, p.swing_sixteenths] for p in performances]),
        ternary=np.array([p.steps_per_quarter % 3 == 0 for p in performances]),
        compound=np.array([metre.is_compound for metre in metres]),
        styles=tuple(p.style for p in performances),
        take=take,
        place=place,
        metric=metric,
        first=first,
        struck=struck,
        velocity=velocity,
        residual=residual,
        anchored=bool(starts) and sum(starts) > len(starts) / 2,
        takes=len({p.document for p in performances}),
        bars=sum(p.bars for p in performances),
    )


def joined(one: Hands | None, other: Hands | None, amount: float) -> Hands | None:
    """Both artists' takes, `amount` (0-1) of what counts the other's; None where either has none."""
    if one is None or other is None:
        return None
    codes = np.union1d(one.codes, other.codes)
    weight = np.concatenate(
        [share * hands.weight / hands.weight.sum() for hands, share in ((one, 1 - amount), (other, amount))]
    )
    return Hands(
        codes=codes,
        column_of=_columns(codes),
        tempo=np.concatenate([one.tempo, other.tempo]),
        density=np.concatenate([one.density, other.density]),
        shares=_side_by_side(codes, one, other, one.shares, other.shares),
        weight=np.maximum(weight / weight.max(), 1e-6),
        swings=np.concatenate([one.swings, other.swings]),
        ternary=np.concatenate([one.ternary, other.ternary]),
        compound=np.concatenate([one.compound, other.compound]),
        styles=one.styles + other.styles,
        take=np.concatenate([one.take, other.take + len(one.tempo)]),
        place=np.concatenate([one.place, other.place]),
        metric=np.concatenate([one.metric, other.metric]),
        first=np.concatenate([one.first, other.first]),
        struck=_side_by_side(codes, one, other, one.struck, other.struck),
        velocity=_side_by_side(codes, one, other, one.velocity, other.velocity),
        residual=_side_by_side(codes, one, other, one.residual, other.residual),
        anchored=one.anchored and other.anchored,
        takes=one.takes + other.takes,
        bars=one.bars + other.bars,
    )


def _side_by_side(
    codes: Ints, one: Hands, other: Hands, ours: NDArray[_Number], theirs: NDArray[_Number]
) -> NDArray[_Number]:
    """Rows of both, on the columns of all voices."""
    out = np.zeros((len(ours) + len(theirs), len(codes)), ours.dtype)
    out[: len(ours), np.searchsorted(codes, one.codes)] = ours
    out[len(ours) :, np.searchsorted(codes, other.codes)] = theirs
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Lean:
    """What the artist does on the whole, in ms: at places that are known, else by class and voice."""

    keys: Ints  # (k,) voice, class and place in one number, sorted
    at: Floats  # (k,)
    by_class: Floats  # (v, CLASSES)

    def of(self, column: Ints, metric: Ints, place: Ints) -> Floats:
        """At columns, classes and places of one shape."""
        key = _key(column, metric, place)
        index = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.where(self.keys[index] == key, self.at[index], self.by_class[column, metric])


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """What `lean_of` asks of all tempos alike: m places of takes, each by voice, class and place, with its mean."""

    take: Ints  # (m,)
    group: Ints  # (m,) voice and class in one number
    mean: Floats  # (m,) ms
    keys: Ints  # (k,) the different places in all takes, sorted
    at: Ints  # (m,) index into `keys`


def grouped_of(hands: Hands) -> Grouped:
    row, column = np.nonzero(hands.struck)
    value = hands.residual[row, column].astype(float)
    key = _key(column, hands.metric[row], hands.place[row])
    pairs, index, count = np.unique(hands.take[row] * _KEYS + key, return_inverse=True, return_counts=True)
    take, key = np.divmod(pairs, _KEYS)
    keys, at = np.unique(key, return_inverse=True)
    return Grouped(take, key // _PLACES, np.bincount(index, weights=value) / count, keys, at)


def lean_of(hands: Hands, tempo: float, strengths: tuple[float, float, float] = STRENGTHS) -> Lean:
    """Means over the takes, the nearer in tempo the more, each drawn to that of the group above it.

    `strengths`: how many takes the class of a place, the voice and all voices are worth.
    """
    to_class, to_voice, to_all = strengths
    known, voices = hands.grouped, len(hands.codes)
    near = np.exp(-np.abs(np.log(hands.tempo / tempo)) / _TEMPO_REACH)
    weight = (np.maximum(near, _LEAST) * hands.weight)[known.take]
    overall = float(weight @ known.mean / weight.sum())
    by_voice = _drawn(known.group // CLASSES, voices, weight, known.mean, np.full(voices, overall), to_all)
    by_class = _drawn(known.group, voices * CLASSES, weight, known.mean, np.repeat(by_voice, CLASSES), to_voice)
    at = _drawn(known.at, len(known.keys), weight, known.mean, by_class[known.keys // _PLACES], to_class)
    return Lean(known.keys, at, by_class.reshape(-1, CLASSES))


_PLACES = PARTS * 64  # of the longest bar
_KEYS = len(VOICES) * CLASSES * _PLACES


def _key(column: Ints, metric: Ints, place: Ints) -> Ints:
    return np.asarray((column * CLASSES + metric) * _PLACES + place)


def _drawn(group: Ints, size: int, weight: Floats, value: Floats, parent: Floats, strength: float) -> Floats:
    total = np.bincount(group, weights=weight * value, minlength=size)
    known = np.bincount(group, weights=weight, minlength=size)
    return np.asarray((total + strength * parent) / (known + strength))


def _steps(performance: Performance, number: int, column: dict[Voice, int]) -> tuple[NDArray[np.generic], ...]:
    """Take, place, class, whether first, and the strokes by voice of each step that is played."""
    per, metre = performance.steps_per_quarter, Metre.parse(performance.metre)
    swings = performance.swing_eighths, performance.swing_sixteenths
    bent = np.array([swing_offset(step, per, *swings) for step in range(per)]) * 60_000 / performance.tempo / per
    step = np.array(performance.steps, np.int64)
    code = np.array([column[voice] for voice in performance.kit], np.int64)[np.array(performance.voice, np.int64)]
    played, row = np.unique(step, return_inverse=True)
    shape = (len(played), len(column))
    struck, velocity, residual = (np.zeros(shape, np.float32) for _ in range(3))
    struck[row, code] = 1
    velocity[row, code] = performance.velocity
    residual[row, code] = np.array(performance.offset_ms) - bent[step % per]
    place = np.rint(played % int(metre.bar_quarters * per) * PARTS / per).astype(np.int64)
    first = np.zeros(len(played), np.bool_)
    first[:1] = True
    return np.full(len(played), number), place, classes_of(place, metre), first, struck, velocity, residual
