"""Ideas of a model played like clips from templates, and filled up with those."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import get_args
from uuid import UUID

import pytest

from mdg_core.errors import UsageError
from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import StyleProfile
from mdg_core.stepgrid import velocity_of
from mdg_drummer.bars import bars_of, pattern_of
from mdg_drummer.lock import Locked
from mdg_drummer.novelty import mean_bar_distance, novelty
from mdg_drummer.plan import NothingToPlay
from mdg_drummer.request import GenerationRequest, Section
from mdg_drummer.result import build_result
from mdg_drummer.template import Clips, generate
from mdg_drummer.written.answer import Idea
from mdg_drummer.written.digits import read_rows, write_rows
from mdg_drummer.written.hybrid import Commission, clips_of, commission, reader_of
from mdg_llm.failures import InvalidAnswer
from tests.drummer.people import library_of
from tests.drummer.profiles import ALL, compound, jazz, rock, sparse

V = Voice
ROWS = {
    16: (["BD 9000009000900400|=", "SN 0002900200009246|0000900202009003"],
         ["BD 9009000000090000|9009", "SN 0000900000009000|=", "RD 8050803080508030|="]),
    12: (["BD 900006900060|=", "SN 000900020903|000900000902", "PH 000500000500|="],
         ["BD 906000|906000906000", "SN 002400052003|=", "RD 704506704506|="]),
}  # fmt: skip


def job_of(known: StyleProfile, seed: int = 7, locked: Locked | None = None, **options: object) -> Commission:
    request = GenerationRequest.model_validate({"artist": "Anybody", "bars": 2, "humanize": False, **options})
    return commission(library_of(known), request, seed, locked)


def ideas_of(job: Commission, count: int = 2) -> list[Idea]:
    clips = [{"plan": f"Idea {i}", "rows": rows} for i, rows in enumerate(ROWS[job.plan.grid.steps])]
    return reader_of(job)(json.dumps({"clips": clips[:count]}))


def exported(clips: Clips, job: Commission) -> list[bytes]:
    return build_result(UUID(int=7), job.library.profile, clips, job.request, job.seed)[1]


@pytest.mark.parametrize("make", [rock, jazz, compound])
def test_the_grid_of_a_good_answer_is_played_unchanged(make: Callable[[], StyleProfile]) -> None:
    job = job_of(make(), variations=2)
    clips = clips_of(job, ideas_of(job))
    for variation, rows in zip(clips.variations, ROWS[job.plan.grid.steps], strict=True):
        assert variation.origin == "llm"
        assert variation.pattern.steps_per_quarter == job.plan.grid.steps_per_quarter
        assert bars_of(variation.pattern) == read_rows(rows, job.plan.grid, 2, {})
    assert [v.lead for v in clips.variations] == ["Idea 0", "Idea 1"]


def test_levels_become_velocities() -> None:
    job = job_of(rock(), variations=1)
    first = clips_of(job, ideas_of(job, 1)).variations[0].pattern
    by_place = {(hit.step, hit.voice): hit.velocity for hit in first.hits}
    assert by_place[3, V.SNARE] == velocity_of(2)
    assert by_place[0, V.KICK] == 127


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("section", get_args(Section))
def test_without_ideas_the_clips_are_those_of_the_templates(make: Callable[[], StyleProfile], section: str) -> None:
    job = job_of(make(), section=section, variations=3, humanize=True, swing=58.0)
    request = GenerationRequest(
        artist="Anybody", bars=2, section=job.request.section, variations=3, humanize=True, swing=58.0
    )
    assert clips_of(job, []) == generate(library_of(make()), request, 7)


def test_what_is_missing_is_filled_from_templates() -> None:
    job = job_of(rock(), variations=4)
    clips = clips_of(job, ideas_of(job))
    assert [v.origin for v in clips.variations] == ["llm", "llm", "template", "template"]
    assert {v.lead for v in clips.variations[2:]} <= {g.name for g in job.library.grooves}
    templates = clips_of(job, [])
    assert [v.lead for v in clips.variations[2:]] == [v.lead for v in templates.variations[2:]]


def test_distances_and_novelty_are_measured_alike() -> None:
    job = job_of(rock(), variations=4)
    clips = clips_of(job, ideas_of(job))
    patterns = [v.pattern for v in clips.variations]
    assert clips.variations[0].distance is None
    for index, variation in enumerate(clips.variations[1:], 1):
        nearest = min(mean_bar_distance(variation.pattern, other) for other in patterns[:index])
        assert variation.distance == nearest
    for variation in clips.variations:
        assert variation.novelty == novelty(variation.pattern, job.library.sources).mean()


def test_no_more_than_asked_for() -> None:
    job = job_of(rock(), variations=2)
    found = ideas_of(job)
    assert len(clips_of(job, [*found, *found]).variations) == 2


@pytest.mark.parametrize("section", get_args(Section))
def test_the_same_ideas_and_seed_give_the_same_bytes(section: str) -> None:
    job = job_of(rock(), section=section, variations=3, humanize=True)
    again = job_of(rock(), section=section, variations=3, humanize=True)
    other = job_of(rock(), seed=8, section=section, variations=3, humanize=True, tempo=job.plan.tempo)
    first = exported(clips_of(job, ideas_of(job)), job)
    assert first == exported(clips_of(again, ideas_of(again)), again)
    assert first[0] != exported(clips_of(other, ideas_of(other)), other)[0]


def test_ideas_are_played_as_the_artist_plays() -> None:
    """The snare of the profile is 12 ms late on the second beat."""
    job = job_of(rock(), variations=1, humanize=True)
    late = []
    for seed in range(30):
        job = job_of(rock(), seed=seed, variations=1, humanize=True, tempo=120.0)
        pattern = clips_of(job, ideas_of(job, 1)).variations[0].pattern
        late += [hit.offset * 125 for hit in pattern.hits if (hit.step, hit.voice) == (4, V.SNARE)]
    assert len(late) == 30
    assert 4 < sum(late) / len(late) < 20


def test_swing_is_played_on_ideas_too() -> None:
    job = job_of(rock(), variations=1, swing=60.0)
    pattern = clips_of(job, ideas_of(job, 1)).variations[0].pattern
    offsets = {hit.step % 4: hit.offset for hit in pattern.hits}
    assert offsets[0] == 0
    assert offsets[3] > 0


def locked_hat(per: int = 4, bars: int = 2) -> Locked:
    steps = bars * 4 * per
    return Locked(Pattern(Metre(), bars, per, tuple(Hit(s, V.CLOSED_HAT, 77, 0.2) for s in range(0, steps, 3))), 101.0)


@pytest.mark.parametrize("per", [4, 8])
def test_locked_strokes_stay_as_they_were_played(per: int) -> None:
    locked = locked_hat(per)
    job = job_of(rock(), variations=3, locked=locked, humanize=True)
    clips = clips_of(job, ideas_of(job, 1))
    assert clips.tempo == 101.0
    assert [v.origin for v in clips.variations] == ["llm", "template", "template"]
    for variation in clips.variations:
        factor = variation.pattern.steps_per_quarter // per
        hats = [hit for hit in variation.pattern.hits if hit.voice is V.CLOSED_HAT]
        assert [(hit.step // factor, hit.velocity) for hit in hats] == [(hit.step, 77) for hit in locked.pattern.hits]
        assert all(hit.offset == pytest.approx(0.2 * factor) for hit in hats)
    own = [hit for hit in clips.variations[0].pattern.hits if hit.voice is not V.CLOSED_HAT]
    assert {hit.voice for hit in own} == {V.KICK, V.SNARE}


def test_a_lock_that_fits_no_grid_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(UsageError, match="steps a quarter"):
        job_of(jazz(), locked=locked_hat(8))


def test_a_profile_without_grooves_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(NothingToPlay):
        job_of(rock().model_copy(update={"patterns": []}))


@pytest.mark.parametrize("make", [rock, sparse])
def test_copies_of_the_examples_are_refused(make: Callable[[], StyleProfile]) -> None:
    """In another metre too, in which the example is none of the profile's bars."""
    for metre in (None, "5/4"):
        job = job_of(make(), time_signature=metre)
        groove = job.plan.grooves[0]
        copied = [dict(groove.bars[i % len(groove.bars)]) for i in range(2)]
        rows = write_rows(copied, job.plan.grid)
        with pytest.raises(InvalidAnswer, match="copies"):
            reader_of(job)(json.dumps({"clips": [{"plan": "", "rows": rows}]}))


def test_the_example_of_the_system_text_is_no_answer() -> None:
    job = job_of(rock())
    rows = ["BD 900000037009|=", "SN 0000900202009000|0000900202009246", "CH 7050705070507050|705070507050",
            "OH 0|0000000000000060"]  # fmt: skip
    with pytest.raises(InvalidAnswer, match="copies"):
        reader_of(job)(json.dumps({"clips": [{"plan": "", "rows": rows}]}))


def test_an_idea_is_not_changed_by_playing_it() -> None:
    job = job_of(rock(), variations=2, humanize=True)
    found = ideas_of(job)
    before = [pattern_of(idea.bars, job.plan.grid) for idea in found]
    clips_of(job, found)
    assert [pattern_of(idea.bars, job.plan.grid) for idea in found] == before
