"""Flams and drags of the clips are as many and as wide as the artist's."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import DoubledStrokes, Feel
from mdg_serving.generation.doubling import doubled
from mdg_serving.generation.feels import blended_feel


def habit(**changed: object) -> DoubledStrokes:
    known = {"voice": "snare", "soft": False, "share": 0.25, "gap_ms": 45, "gap_spread_ms": 8}
    return DoubledStrokes.model_validate(known | {"grace_share": 0.2, "velocity_ratio": 0.5, "count": 500} | changed)


def feel(*doubles: DoubledStrokes) -> Feel:
    return Feel(metre="4/4", steps_per_quarter=4, doubles=list(doubles))


def snares(velocity: int = 110, every: int = 4) -> Pattern:
    hits = tuple(Hit(step, Voice.SNARE, velocity) for step in range(every, 16 * 200, every))
    return Pattern(Metre(), 200, 4, hits)


def test_as_many_and_as_wide_as_the_artists() -> None:
    played = doubled(snares(), feel(habit()), tempo=100, rng=random.Random(1))
    pairs = [(hit, hit.double) for hit in played.hits if hit.double]
    gaps = [abs(double.offset - hit.offset) * 150 for hit, double in pairs]  # a sixteenth is 150 ms
    assert len(pairs) / len(played.hits) == pytest.approx(0.25, abs=0.04)
    assert sum(gaps) / len(gaps) == pytest.approx(45, abs=2)
    assert sum(double.offset < hit.offset for hit, double in pairs) / len(pairs) == pytest.approx(0.2, abs=0.06)
    assert {double.velocity for _, double in pairs} == {55}


def test_ghost_notes_have_habits_of_their_own() -> None:
    ghosts = doubled(snares(40), feel(habit(share=1.0)), tempo=100, rng=random.Random(1))
    assert not any(hit.double for hit in ghosts.hits)


def test_a_grace_note_needs_a_hand_that_is_free() -> None:
    hats = tuple(Hit(step, Voice.CLOSED_HAT, 80) for step in range(0, 16 * 200, 8))
    kicks = tuple(Hit(step, Voice.KICK, 80) for step in range(4, 16 * 200, 8))
    pattern = Pattern(Metre(), 200, 4, (*snares().hits, *hats, *kicks))
    graces = doubled(pattern, feel(habit(share=1.0, grace_share=1.0)), tempo=100, rng=random.Random(1))
    assert {hit.step % 8 for hit in graces.hits if hit.double} == {4}
    drags = doubled(pattern, feel(habit(share=1.0, grace_share=0.0)), tempo=100, rng=random.Random(1))
    assert {hit.step % 8 for hit in drags.hits if hit.double} == {0, 4}


def test_no_second_stroke_where_the_next_one_is_due() -> None:
    rolled = doubled(snares(every=1), feel(habit(share=1.0, gap_ms=400)), tempo=100, rng=random.Random(1))
    onsets = [
        onset for hit in rolled.hits for onset in (hit.step, *([hit.double.offset + hit.step] if hit.double else []))
    ]
    ordered = sorted(onsets)
    assert min(later - sooner for sooner, later in pairwise(ordered)) >= 0.0999


def test_a_blend_doubles_in_proportion() -> None:
    both = blended_feel(feel(habit(share=0.4)), feel(habit(share=0.2, gap_ms=20)), 0.5)
    (found,) = both.doubles
    assert found.share == pytest.approx(0.3)
    assert found.gap_ms == 45
