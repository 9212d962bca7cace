"""One tempo or two, and what half and double time has to do with it."""

from __future__ import annotations

import random

import pytest

from mdg_core.profile import Parameter
from mdg_pipeline.build.aggregate import Observation
from mdg_pipeline.build.tempo import tempo_parameters
from mdg_pipeline.curation import Pin, pinned
from mdg_pipeline.documents import RawKind


def told(source: str, *values: float, weight: float = 8.0, kind: RawKind = "midi") -> list[Observation]:
    """A take a value."""
    return [Observation(f"{source} {n} {v}", source, kind, f"take {n}", v, weight) for n, v in enumerate(values)]


def mode_of(*parts: list[Observation]) -> Parameter:
    return tempo_parameters([item for part in parts for item in part], tolerance=30.0)["tempo_mode"]


def modes_of(*parts: list[Observation]) -> list[tuple[float, float]]:
    return [(mode.value, mode.share) for mode in mode_of(*parts).modes]


def test_slow_and_fast_songs_are_two_modes() -> None:
    found = tempo_parameters(told("library", 71, 72, 73, 143, 144, 145, 146), tolerance=30.0)
    mode = found["tempo_mode"]
    assert [(m.value, m.share) for m in mode.modes] == [(144.5, 0.571), (72.0, 0.429)]
    assert mode.value == 144.5
    assert mode.spread == pytest.approx(1.118, abs=1e-3), "within the mode"
    assert (found["tempo_min"].value, found["tempo_max"].value) == (71, 146)
    assert found["tempo_avg"].value == pytest.approx(113.43, abs=0.01)
    assert mode.conflicts == []


def test_an_outlier_goes_out_within_its_mode() -> None:
    slow, fast = [70, 71, 71, 72, 72, 73, 73, 74], [139, 140, 140, 140, 140, 141, 141, 142]
    found = tempo_parameters(told("library", *slow, 84, *fast), tolerance=30.0)
    assert {mode.value for mode in found["tempo_mode"].modes} == {72.0, 140.4}
    titles = {item.value for item in found["tempo_avg"].evidence}
    assert 84.0 not in titles, "84 is within two standard deviations of all, and not of the slow songs"
    assert titles >= {70.0, 142.0}


def test_one_centre_is_no_mode() -> None:
    drawn = random.Random(3)
    assert modes_of(told("library", *(drawn.gauss(110, 9) for _ in range(60)))) == []
    assert modes_of(told("library", 96, 98, 100, 102, 110)) == []
    assert modes_of(told("library", 90, 90, 90, 90, 90, 90, 90, 90, 150)) == [], "one stray take is an outlier"
    assert modes_of(told("library", 120)) == []


def test_a_mode_needs_a_fifth_of_the_weight() -> None:
    assert modes_of(told("library", 90, 91, 90, 91), told("library", 130, 131, weight=1)) == []
    assert [value for value, _ in modes_of(told("library", 90, 91, 90, 91), told("library", 130, 131))] == [90.5, 130.5]


def test_sources_that_contradict_each_other_by_an_octave_make_one_mode() -> None:
    mode = mode_of(told("library", 143, 144, 145, 144), told("wikipedia", 72, 72, kind="articles"))
    assert mode.modes == []
    assert mode.value == 144.0
    assert mode.evidence_count == 4
    (conflict,) = mode.conflicts
    assert "wikipedia: 72 BPM" in conflict
    assert "half time" in conflict


def test_two_sources_that_agree_on_both_octaves_make_two_modes() -> None:
    assert [value for value, _ in modes_of(told("library", 144, 144, 72), told("bitmidi", 72, 144, 144, 72))] == [
        144.0,
        72.0,
    ]


def test_one_sentence_with_both_readings_proves_nothing() -> None:
    both = "the song is at 72 BPM, or 144 in double time"
    readings = [Observation("page", "wikipedia", "articles", both, value, 2.0) for value in (72.0, 144.0)]
    mode = mode_of(readings, told("bitmidi", 144, 145, weight=2), told("freemidi", 72, weight=2))
    assert mode.modes == []
    assert mode.conflicts


def test_recordings_prove_no_second_octave() -> None:
    mode = mode_of(told("youtube", 72, 73, 144, 145, 144, kind="audio"))
    assert mode.modes == []
    assert mode.value == pytest.approx(144.3, abs=0.1)
    assert mode.conflicts


def test_the_order_of_documents_does_not_matter() -> None:
    takes = told("library", 71, 72, 73, 90, 143, 144, 145, 146)
    assert mode_of(takes) == mode_of(takes[::-1])


def test_without_tempi_there_is_not_enough_evidence() -> None:
    found = tempo_parameters(told("library", 100, weight=0), tolerance=30.0)
    assert {parameter.value for parameter in found.values()} == {None}


def test_a_pinned_tempo_has_no_other_modes() -> None:
    params = {"tempo_mode": mode_of(told("library", 71, 72, 143, 144))}
    assert params["tempo_mode"].modes
    assert pinned(params, {"tempo_mode": Pin(96, "by ear")})["tempo_mode"].modes == []
