"""Flams, drags and ruffs: which strokes of the drums are doubled, as often as the artist doubles them.

How often differs from take to take, so that each clip draws its own share. A grace note takes the other hand: where
that plays something else there is none, and the rest of the strokes have the more of them. A kick is doubled by the
other foot or, whatever that does, by the beater's rebound.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from mdg_core.groove import SOFT_VELOCITY
from mdg_core.pattern import Double, Hit, Pattern
from mdg_core.profile import DoubledStrokes, Feel
from mdg_drummer.bars import FEET, V, Voice, clamp

_LEAST_GAP_MS = 15.0
_LEAST_KICK_GAP_MS = 45.0  # all but the closest rebounds in the Groove MIDI Dataset
_MOST_OF_A_STEP = 0.9
_LEAST_ROOM = 0.125  # steps between a doubling stroke and the other strokes of its voice
_CLOSER = 0.75  # three and more strokes come so much closer than two, in the Groove MIDI Dataset
_MOST_STROKES = 8  # that double one
_SUREST = 0.95
_MOST_TIMES = 3.0  # likelier than on average a stroke is doubled because others cannot be
_WIDEST = 0.9  # of the variance that a share can have at all
_NO_VARIANCE = 1e-6


@dataclass(frozen=True, slots=True)
class _Chances:
    """That a stroke is doubled where the other hand is free and where it is not; and of the former by grace notes."""

    free: float
    busy: float
    grace: float


def doubled(pattern: Pattern, feel: Feel, *, tempo: float, rng: random.Random) -> Pattern:
    """The played pattern with doubling strokes where there is room for them."""
    habits = {(found.voice, found.soft): found for found in feel.doubles}
    step_ms = 60_000 / tempo / pattern.steps_per_quarter
    hands = Counter(hit.step for hit in pattern.hits if hit.voice not in FEET)
    busy = {step for step, count in hands.items() if count > 1}
    lanes: dict[Voice, list[Hit]] = {voice: [] for voice, _ in habits}
    hits: list[Hit] = []
    for hit in pattern.hits:
        lanes.get(hit.voice, hits).append(hit)
    for voice, strokes in lanes.items():
        own = {soft: habits[voice, soft] for soft in (True, False) if (voice, soft) in habits}
        hits += _lane(voice, strokes, own, () if voice in FEET else busy, step_ms, float(pattern.steps), rng)
    return replace(pattern, hits=tuple(hits))


def _lane(
    voice: Voice,
    strokes: Sequence[Hit],
    habits: dict[bool, DoubledStrokes],
    busy: Container[int],
    step_ms: float,
    end: float,
    rng: random.Random,
) -> Iterator[Hit]:
    """The strokes of one voice, which last until `end`; on the steps in `busy` the other hand is not free."""
    chances = {soft: _chances(habit, soft, strokes, busy, rng) for soft, habit in habits.items()}
    least = (_LEAST_KICK_GAP_MS if voice is V.KICK else _LEAST_GAP_MS) / step_ms
    apart = max(least, _LEAST_ROOM)
    free_from = 0.0
    for hit, following in zip_longest(strokes, strokes[1:]):
        onset = hit.step + hit.offset
        soft, is_free = hit.velocity < SOFT_VELOCITY, hit.step not in busy
        habit = habits.get(soft)
        doubles: tuple[Double, ...] = ()
        if habit and rng.random() < (chances[soft].free if is_free else chances[soft].busy):
            before = is_free and rng.random() < chances[soft].grace
            latest = following.step + following.offset if following else end
            room = onset - free_from if before else latest - apart - onset
            doubles = tuple(_doubles(hit, habit, least, room, before, step_ms, rng))
        yield hit._replace(doubles=doubles) if doubles else hit
        free_from = hit.step + max([hit.offset, *(double.offset for double in doubles)]) + apart


def _chances(
    habit: DoubledStrokes, soft: bool, strokes: Sequence[Hit], busy: Container[int], rng: random.Random
) -> _Chances:
    """So that of all of a clip's strokes as many are doubled as of the artist's, in a take of this clip's own."""
    of_kind = [hit.step in busy for hit in strokes if (hit.velocity < SOFT_VELOCITY) == soft]
    after = 1 - habit.grace_share
    open_to_all = of_kind.count(False)
    weight = open_to_all + after * (len(of_kind) - open_to_all)
    share = _share(habit, rng)
    free = min(share * len(of_kind) / weight, _MOST_TIMES * share, _SUREST) if weight else 0.0
    grace = min(habit.grace_share * weight / open_to_all, 1.0) if open_to_all else 0.0
    return _Chances(free, free * after, grace)


def _share(habit: DoubledStrokes, rng: random.Random) -> float:
    """Of one take: drawn from the beta distribution that has the artist's mean and spread."""
    most = habit.share * (1 - habit.share)
    variance = min(habit.share_spread**2, _WIDEST * most)
    if variance < _NO_VARIANCE:
        return habit.share
    strength = most / variance - 1
    return rng.betavariate(habit.share * strength, (1 - habit.share) * strength)


def _doubles(
    hit: Hit, habit: DoubledStrokes, least: float, room: float, before: bool, step_ms: float, rng: random.Random
) -> Iterator[Double]:
    """The strokes that double one, all before it or all after it, none louder than the one nearer to it.

    They are at least `least` steps apart and within `room` steps.
    """
    more = habit.further / (1 + habit.further)
    count = 1
    while count < _MOST_STROKES and rng.random() < more:
        count += 1
    drawn = rng.gauss(habit.gap_ms, habit.gap_spread_ms) * (1 if count == 1 else _CLOSER)
    gap = min(max(drawn / step_ms, least), _MOST_OF_A_STEP, room)
    if gap < least:
        return
    for number in range(1, min(count, int(min(room, _MOST_OF_A_STEP) / gap)) + 1):
        velocity = min(hit.velocity, clamp(hit.velocity * habit.velocity_ratio**number))
        yield Double(hit.offset + number * (-gap if before else gap), velocity)
