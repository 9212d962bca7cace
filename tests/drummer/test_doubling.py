"""Flams and drags of the clips are as many and as wide as the artist's."""

from __future__ import annotations

import random
from itertools import pairwise
from statistics import mean, stdev

import pytest

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import DoubledStrokes, Feel
from mdg_drummer.doubling import doubled
from mdg_drummer.feels import blended_feel


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
    pairs = [(hit, double) for hit in played.hits for double in hit.doubles]
    gaps = [abs(double.offset - hit.offset) * 150 for hit, double in pairs]  # a sixteenth is 150 ms
    assert len(pairs) / len(played.hits) == pytest.approx(0.25, abs=0.04)
    assert sum(gaps) / len(gaps) == pytest.approx(45, abs=2)
    assert sum(double.offset < hit.offset for hit, double in pairs) / len(pairs) == pytest.approx(0.2, abs=0.06)
    assert {double.velocity for _, double in pairs} == {55}


def test_ghost_notes_have_habits_of_their_own() -> None:
    ghosts = doubled(snares(40), feel(habit(share=1.0)), tempo=100, rng=random.Random(1))
    assert not any(hit.doubles for hit in ghosts.hits)


def test_a_grace_note_needs_a_hand_that_is_free() -> None:
    hats = tuple(Hit(step, Voice.CLOSED_HAT, 80) for step in range(0, 16 * 200, 8))
    kicks = tuple(Hit(step, Voice.KICK, 80) for step in range(4, 16 * 200, 8))
    pattern = Pattern(Metre(), 200, 4, (*snares().hits, *hats, *kicks))
    graces = doubled(pattern, feel(habit(share=1.0, grace_share=1.0)), tempo=100, rng=random.Random(1))
    assert {hit.step % 8 for hit in graces.hits if hit.doubles} == {4}
    drags = doubled(pattern, feel(habit(share=1.0, grace_share=0.0)), tempo=100, rng=random.Random(1))
    assert {hit.step % 8 for hit in drags.hits if hit.doubles} == {0, 4}


def test_grace_notes_that_one_hand_is_missing_for_fall_on_the_other_strokes() -> None:
    hats = tuple(Hit(step, Voice.CLOSED_HAT, 80) for step in range(0, 16 * 200, 8))
    pattern = Pattern(Metre(), 200, 4, (*snares().hits, *hats))  # every other snare stands beside a hat
    played = doubled(pattern, feel(habit(grace_share=0.8)), tempo=100, rng=random.Random(1))
    struck = [hit for hit in played.hits if hit.voice is Voice.SNARE]
    pairs = [(hit, double) for hit in struck for double in hit.doubles]
    assert len(pairs) / len(struck) == pytest.approx(0.25, abs=0.04)
    assert sum(double.offset < hit.offset for hit, double in pairs) / len(pairs) == pytest.approx(0.8, abs=0.06)


def test_a_kick_is_doubled_whatever_the_hands_play_and_no_closer_than_a_beater_rebounds() -> None:
    steps = range(4, 16 * 200, 4)
    hits = tuple(Hit(step, voice, 90) for step in steps for voice in (Voice.KICK, Voice.CRASH, Voice.SNARE))
    known = habit(voice="kick", gap_ms=50, gap_spread_ms=20, grace_share=0.5)
    played = doubled(Pattern(Metre(), 200, 4, hits), feel(known), tempo=100, rng=random.Random(1))
    gaps = [abs(double.offset - hit.offset) * 150 for hit in played.hits for double in hit.doubles]
    assert len(gaps) / len(steps) == pytest.approx(0.25, abs=0.04)
    assert min(gaps) == pytest.approx(45)
    assert all(hit.voice is Voice.KICK for hit in played.hits if hit.doubles)
    graces = sum(double.offset < hit.offset for hit in played.hits for double in hit.doubles)
    assert graces / len(gaps) == pytest.approx(0.5, abs=0.1)  # the hands, busy as they are, have no part in it


@pytest.mark.parametrize(("voice", "least"), [(Voice.SNARE, 0.125), (Voice.KICK, 45 / 150)])
@pytest.mark.parametrize("gap", [45, 100, 130])
def test_doubling_strokes_keep_away_from_the_strokes_about_them(voice: Voice, least: float, gap: float) -> None:
    dice = random.Random(3)
    hits = tuple(Hit(step, voice, 110, dice.gauss(0, 0.1)) for step in range(0, 16 * 200, 2))
    known = habit(voice=voice, share=0.9, further=0.8, gap_ms=gap, grace_share=0.5)
    played = doubled(Pattern(Metre(), 200, 4, hits), feel(known), tempo=100, rng=random.Random(1))
    onsets = sorted(
        hit.step + offset for hit in played.hits for offset in (hit.offset, *(d.offset for d in hit.doubles))
    )
    assert len(onsets) > 1.5 * len(hits)
    assert min(later - sooner for sooner, later in pairwise(onsets)) >= min(least, 15 / 150) - 1e-9
    of_two = [(a, b) for a, b in pairwise(sorted(played.hits)) if a.doubles or b.doubles]
    last = [max(a.step + x for x in (a.offset, *(d.offset for d in a.doubles))) for a, _ in of_two]
    first = [min(b.step + x for x in (b.offset, *(d.offset for d in b.doubles))) for _, b in of_two]
    assert min(late - soon for soon, late in zip(last, first, strict=True)) >= least - 1e-9


def test_one_stroke_is_not_doubled_for_all_that_cannot_be() -> None:
    """Of 16 snares one stands alone; the others stand beside a hat and would have grace notes."""
    hats = tuple(Hit(step, Voice.CLOSED_HAT, 80) for step in range(0, 64, 4))
    strokes = (*(Hit(step, Voice.SNARE, 110) for step in range(0, 60, 4)), Hit(62, Voice.SNARE, 110))
    known = feel(habit(grace_share=1.0, share=0.1))
    clips = (
        doubled(Pattern(Metre(), 4, 4, (*strokes, *hats)), known, tempo=100, rng=random.Random(s)) for s in range(200)
    )
    assert sum(any(hit.doubles for hit in clip.hits) for clip in clips) / 200 == pytest.approx(0.3, abs=0.1)


def test_ruffs_have_as_many_strokes_as_the_artists() -> None:
    known = habit(share=0.5, further=0.4, gap_ms=40, grace_share=1.0)
    played = doubled(snares(every=8), feel(known), tempo=100, rng=random.Random(1))
    ruffs = [hit for hit in played.hits if hit.doubles]
    assert sum(len(hit.doubles) - 1 for hit in ruffs) / len(ruffs) == pytest.approx(0.4, abs=0.12)
    longest = max(ruffs, key=lambda hit: len(hit.doubles))
    assert len(longest.doubles) > 2
    offsets = [longest.offset, *(double.offset for double in longest.doubles)]
    velocities = [longest.velocity, *(double.velocity for double in longest.doubles)]
    assert all(nearer - farther == pytest.approx(offsets[0] - offsets[1]) for nearer, farther in pairwise(offsets))
    assert all(nearer > farther for nearer, farther in pairwise(velocities))


def test_each_clip_doubles_as_much_as_some_take_of_the_artist() -> None:
    def shares(spread: float) -> list[float]:
        known = feel(habit(share_spread=spread))
        clips = (doubled(snares(), known, tempo=100, rng=random.Random(seed)) for seed in range(40))
        return [sum(map(bool, (hit.doubles for hit in clip.hits))) / len(clip.hits) for clip in clips]

    alike, unlike = shares(0.0), shares(0.15)
    assert stdev(alike) < 0.03
    assert stdev(unlike) == pytest.approx(0.15, abs=0.04)
    assert mean(unlike) == pytest.approx(0.25, abs=0.06)


def test_no_second_stroke_where_the_next_one_is_due() -> None:
    rolled = doubled(snares(every=1), feel(habit(share=1.0, gap_ms=400)), tempo=100, rng=random.Random(1))
    onsets = [onset for hit in rolled.hits for onset in (hit.step, *(hit.step + d.offset for d in hit.doubles))]
    ordered = sorted(onsets)
    assert min(later - sooner for sooner, later in pairwise(ordered)) >= 0.125 - 1e-9


def test_a_blend_doubles_in_proportion() -> None:
    both = blended_feel(feel(habit(share=0.4)), feel(habit(share=0.2, gap_ms=20)), 0.5)
    (found,) = both.doubles
    assert found.share == pytest.approx(0.3)
    assert found.gap_ms == 45


def test_what_is_left_of_a_habit_in_a_blend_varies_as_much_less() -> None:
    (found,) = blended_feel(feel(habit(share=0.3, share_spread=0.1)), feel(), 0.9).doubles
    assert (found.share, found.share_spread) == (pytest.approx(0.03), pytest.approx(0.01))


def test_a_spread_of_next_to_nothing_is_none() -> None:
    played = doubled(snares(), feel(habit(share_spread=1e-160)), tempo=100, rng=random.Random(1))
    assert any(hit.doubles for hit in played.hits)
