"""Flams and drags: which strokes of the snare and the toms get a second one, as often as the artist doubles them.

A grace note takes the other hand; where that plays something else there is none. In the Groove MIDI Dataset 4 % of
the snare's strokes have one where the other hand is free, and under 1 % where it is not.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from mdg_core.groove import SOFT_VELOCITY
from mdg_core.pattern import Double, Hit, Pattern
from mdg_core.profile import DoubledStrokes, Feel
from mdg_serving.generation.bars import FEET, Voice, clamp

_LEAST_GAP_MS, _MOST_OF_A_STEP = 15.0, 0.9
_LEAST_GAP = 0.125  # steps between a second stroke and the strokes of its voice about it

_Habits = dict[tuple[Voice, bool], DoubledStrokes]


def doubled(pattern: Pattern, feel: Feel, *, tempo: float, rng: random.Random) -> Pattern:
    """The played pattern with second strokes where there is room for them."""
    habits = {(found.voice, found.soft): found for found in feel.doubles}
    step_ms = 60_000 / tempo / pattern.steps_per_quarter
    hands = Counter(hit.step for hit in pattern.hits if hit.voice not in FEET)
    busy = {step for step, count in hands.items() if count > 1}
    hits = [hit for hit in pattern.hits if (hit.voice, True) not in habits and (hit.voice, False) not in habits]
    for voice in dict.fromkeys(voice for voice, _ in habits):
        strokes = [hit for hit in pattern.hits if hit.voice is voice]
        hits += _lane(strokes, habits, busy, step_ms, float(pattern.steps), rng)
    return replace(pattern, hits=tuple(hits))


def _lane(
    strokes: Sequence[Hit], habits: _Habits, busy: Container[int], step_ms: float, end: float, rng: random.Random
) -> Iterator[Hit]:
    """The strokes of one voice, which last until `end`; on the steps in `busy` neither hand is free."""
    free_from = 0.0
    for hit, following in zip_longest(strokes, strokes[1:]):
        onset = hit.step + hit.offset
        latest = following.step + following.offset if following else end
        habit = habits.get((hit.voice, hit.velocity < SOFT_VELOCITY))
        if habit and rng.random() < habit.share:
            at = onset + _gap(habit, step_ms, rng)
            has_hand = at > onset or hit.step not in busy
            if has_hand and free_from <= at <= latest - _LEAST_GAP:
                velocity = min(hit.velocity, clamp(hit.velocity * habit.velocity_ratio))
                yield replace(hit, double=Double(at - hit.step, velocity))
                free_from = max(onset, at) + _LEAST_GAP
                continue
        yield hit
        free_from = onset + _LEAST_GAP


def _gap(habit: DoubledStrokes, step_ms: float, rng: random.Random) -> float:
    """From the louder stroke to the softer one in steps, below 0 for a grace note."""
    drawn = max(rng.gauss(habit.gap_ms, habit.gap_spread_ms), _LEAST_GAP_MS)
    steps = min(drawn / step_ms, _MOST_OF_A_STEP)
    return -steps if rng.random() < habit.grace_share else steps
