"""What an operator pinned is obeyed by clips, measured from their MIDI as profiles measure takes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from statistics import mean
from typing import Any
from uuid import UUID

import pytest

from mdg_core.groove import describe
from mdg_core.midi import read_midi
from mdg_core.pins import PINNABLE
from mdg_core.profile import Evidence, Parameter, StyleProfile
from mdg_drummer.arrange import _fill_places
from mdg_drummer.bars import CYMBALS, V
from mdg_drummer.blend import blended
from mdg_drummer.library import Library
from mdg_drummer.plan import make_plan
from mdg_drummer.request import GenerationRequest
from mdg_drummer.result import build_result
from mdg_drummer.template import Clips, generate
from mdg_drummer.written.hybrid import clips_of, commission, prompt_of, reader_of
from tests.drummer.people import library_of
from tests.drummer.profiles import compound, jazz, rock, sparse

SEEDS = range(4)


def with_pins(profile: StyleProfile, **pins: float) -> StyleProfile:
    def pin(name: str, value: float) -> Parameter:
        word = Evidence(document="operator", source="operator", title="by ear", value=value, weight=1.0)
        return Parameter(value=value, unit=PINNABLE[name].unit, confidence=1.0, evidence=[word], pinned=True)

    params = profile.quantitative_params | {name: pin(name, value) for name, value in pins.items()}
    return profile.model_copy(update={"quantitative_params": params})


def ask(**options: Any) -> GenerationRequest:
    return GenerationRequest.model_validate({"artist": "Anybody", "variations": 2, "bars": 8, **options})


def made(library: Library, seed: int, **options: Any) -> tuple[dict[str, Any], list[bytes]]:
    request = ask(**options)
    clips = generate(library, request, seed)
    return build_result(UUID(int=1), library.profile, clips, request, seed)


def measured(library: Library | StyleProfile, name: str, **options: Any) -> float:
    """The mean of a measure over the clips of several seeds."""
    known = library if isinstance(library, Library) else library_of(library)
    takes = [describe(read_midi(midi)) for seed in SEEDS for midi in made(known, seed, **options)[1]]
    found = [value for take in takes if (value := _value(take, name)) is not None]
    assert found
    return mean(found)


def _value(take: Any, name: str) -> float | None:
    of_swing = {"swing_percent": take.swing_eighths, "swing_sixteenths": take.swing_sixteenths}
    if name in of_swing:
        return of_swing[name].percent if of_swing[name] else None
    names = {"ghost_note_prob": "ghost_share", "density": "hits_per_bar", "syncopation_level": "syncopation"}
    value: float | None = getattr(take, names.get(name, name))
    return value


@pytest.mark.parametrize(
    ("name", "target", "near"),
    [
        ("ghost_note_prob", 0.0, 0.01),
        ("ghost_note_prob", 0.25, 0.05),
        ("ghost_note_prob", 0.6, 0.05),
        ("density", 9.0, 0.7),
        ("density", 22.0, 0.7),
        ("velocity_mean", 60.0, 1.0),
        ("velocity_mean", 110.0, 1.0),
        ("velocity_std", 10.0, 0.5),
        ("velocity_std", 30.0, 0.5),
    ],
)
@pytest.mark.parametrize("make", [rock, jazz], ids=lambda make: make.__name__)
def test_a_clip_comes_to_the_pinned_number(
    make: Callable[[], StyleProfile], name: str, target: float, near: float
) -> None:
    assert measured(with_pins(make(), **{name: target}), name) == pytest.approx(target, abs=near)


@pytest.mark.parametrize("swing", [50.0, 58.0, 70.0])
@pytest.mark.parametrize("make", [rock, jazz], ids=lambda make: make.__name__)
def test_the_pinned_swing_is_played_also_by_one_who_writes_triplets(
    make: Callable[[], StyleProfile], swing: float
) -> None:
    assert measured(with_pins(make(), swing_percent=swing), "swing_percent") == pytest.approx(swing, abs=1)


def test_the_pinned_swing_of_sixteenths_is_played() -> None:
    busy = with_pins(rock(), swing_sixteenths=62.0, density=24.0)
    assert measured(busy, "swing_sixteenths") == pytest.approx(62, abs=3)


def test_syncopation_goes_where_it_is_pinned() -> None:
    low, usual, high = (
        measured(known, "syncopation_level")
        for known in (with_pins(jazz(), syncopation_level=10.0), jazz(), with_pins(jazz(), syncopation_level=60.0))
    )
    assert low == pytest.approx(10, abs=4)
    assert low < usual - 8 < usual < high
    assert measured(with_pins(rock(), syncopation_level=20.0), "syncopation_level") == pytest.approx(20, abs=2)


def test_tempos_lie_where_they_are_pinned() -> None:
    def tempos(**pins: float) -> set[float]:
        return {made(library_of(with_pins(rock(), **pins)), seed)[0]["tempo"] for seed in range(12)}

    assert tempos(tempo_mode=97.25) == {97.25}
    assert tempos(tempo_avg=95.0) == {95.0}
    assert max(tempos(tempo_max=115.26)) == 115.26
    assert min(tempos(tempo_min=125.0)) == 125.0
    unknown = library_of(with_pins(sparse(), tempo_min=130.0))
    assert made(unknown, 1)[0]["tempo"] == 130
    assert made(library_of(with_pins(rock(), tempo_mode=97.0)), 1, tempo=160)[0]["tempo"] == 160


def test_phrases_end_in_fills_as_pinned() -> None:
    def fills(share: float) -> float:
        plan = make_plan(library_of(with_pins(rock(), fill_share=share)), ask(), random.Random(1))
        return sum(len(_fill_places(plan, 8, random.Random(seed))) for seed in range(300)) / 300 / 8

    assert (fills(0.0), fills(0.25), fills(1.0)) == (0.0, 0.25, 0.25)
    assert fills(0.1) == pytest.approx(0.1, abs=0.02)
    assert measured(with_pins(rock(), fill_share=0.0), "fill_share") == 0.0
    assert measured(with_pins(jazz(), fill_share=1.0), "fill_share") == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_fills_are_followed_by_crashes_as_pinned(share: float) -> None:
    library = library_of(with_pins(rock(), fill_share=1.0, crash_after_fill=share))
    clips = [clip for seed in range(20) for clip in generate(library, ask(), seed).variations]
    crashed = [
        any(hit.voice in CYMBALS and hit.step == bar * clip.pattern.steps_per_bar for hit in clip.pattern.hits)
        for clip in clips
        for bar in (0, 4)
    ]
    assert mean(crashed) == pytest.approx(share, abs=0.15 if share == 0.5 else 0.0)


def test_a_request_comes_before_a_pin() -> None:
    known = with_pins(rock(), swing_percent=66.0, density=14.0)
    assert measured(known, "swing_percent", swing=55) == pytest.approx(55, abs=2)
    assert measured(known, "density", density=-0.8) < 12
    assert measured(known, "density", density=0.8) > 16


def test_several_pins_hold_together() -> None:
    known = with_pins(rock(), ghost_note_prob=0.4, density=18.0, swing_percent=60.0, tempo_mode=90.0)
    assert measured(known, "ghost_note_prob") == pytest.approx(0.4, abs=0.05)
    assert measured(known, "density") == pytest.approx(18, abs=1)
    assert measured(known, "swing_percent") == pytest.approx(60, abs=2)


def test_in_a_blend_a_pin_lies_between_the_two() -> None:
    both = blended(library_of(with_pins(rock(), density=10.0)), library_of(with_pins(jazz(), density=20.0)), 0.5)
    assert measured(both, "density") == pytest.approx(15, abs=1)
    swung = blended(library_of(with_pins(rock(), velocity_mean=90.0)), library_of(jazz()), 0.3)
    assert measured(swung, "velocity_mean") == pytest.approx(90, abs=1)  # the other has none


def test_what_cannot_be_obeyed_is_said() -> None:
    result, _ = made(library_of(with_pins(compound(), density=60.0, swing_percent=70.0)), 1)
    assert any(note.startswith("density is pinned at 60 strokes a bar: the nearest") for note in result["notes"])
    assert any("the swing was left as it is" in note for note in result["notes"])
    result, _ = made(library_of(with_pins(rock(), density=14.0, swing_percent=60.0, velocity_mean=80.0)), 1)
    assert not any("pinned" in note or "left as it is" in note for note in result["notes"])


ROWS = [
    "CH 7070707070707070|=|=|=",
    "SN 0000900000009000|0000900000009000|0000900000009000|0000900079897999",
    "BD 9000000090000000|9000000090000000|9000000090000000|9000000090000000",
]


def by_model(known: StyleProfile) -> tuple[str, Clips]:
    job = commission(library_of(known), ask(bars=4, variations=1), 3)
    answer = json.dumps({"clips": [{"plan": "plain", "rows": ROWS}]})
    clips = clips_of(job, reader_of(job)(answer))
    assert [clip.origin for clip in clips.variations] == ["llm"]
    return prompt_of(job).user, clips


def test_a_models_clip_obeys_too_and_its_prompt_says_so() -> None:
    known = with_pins(rock(), ghost_note_prob=0.4, fill_share=0.0, velocity_mean=70.0)
    prompt, clips = by_model(known)
    assert "These are fixed" in prompt
    assert "ghost notes 0.4 of snare strokes" in prompt
    request = ask(bars=4, variations=1)
    _, midi = build_result(UUID(int=1), known, clips, request, 3)
    found = describe(read_midi(midi[0]))
    assert found.ghost_share == pytest.approx(0.4, abs=0.06)
    assert found.velocity_mean == pytest.approx(70, abs=1)
    assert found.fill_share == 0.0
    plain_prompt, plain = by_model(rock())
    assert "These are fixed" not in plain_prompt
    snares = [hit.step for hit in plain.variations[0].pattern.hits if hit.voice is V.SNARE]
    assert len([step for step in snares if step >= 48]) == 9


def test_a_value_that_is_not_pinned_steers_nothing() -> None:
    params = {"density": 30.0, "ghost_note_prob": 0.9, "velocity_mean": 20.0, "swing_percent": 70.0}
    measured_only = rock().quantitative_params | {
        name: Parameter(value=value, unit="", confidence=1) for name, value in params.items()
    }
    known = rock().model_copy(update={"quantitative_params": measured_only})
    assert made(library_of(known), 5)[1] == made(library_of(rock()), 5)[1]
