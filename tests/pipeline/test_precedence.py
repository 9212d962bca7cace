"""Swing: recordings before MIDI before words, and what the lesser evidence says instead."""

from __future__ import annotations

import pytest

from mdg_core.profile import Parameter
from mdg_pipeline.build.aggregate import Observation
from mdg_pipeline.build.precedence import swing
from mdg_pipeline.documents import RawKind


def told(kind: RawKind, source: str, *values: float, weight: float = 8.0) -> list[Observation]:
    return [Observation(f"{source} {n}", source, kind, f"{n}", value, weight) for n, value in enumerate(values)]


def found(*parts: list[Observation]) -> Parameter:
    return swing([item for part in parts for item in part], tolerance=5.0)


AUDIO = told("audio", "youtube", 58, 59)
MIDI = told("midi", "bitmidi", 64, 65, 66)
WORDS = told("articles", "wikipedia", 66.7, 66.7, weight=1.4)
PAPERS = told("papers", "crossref", 50, weight=1.4)


@pytest.mark.parametrize(
    ("parts", "value", "kinds"),
    [
        ((WORDS, MIDI, AUDIO), 58.5, {"youtube"}),
        ((WORDS, MIDI), 65.0, {"bitmidi"}),
        ((WORDS, PAPERS), 66.7, {"wikipedia", "crossref"}),
        ((PAPERS,), 50.0, {"crossref"}),
    ],
)
def test_the_best_evidence_alone_counts(parts: tuple[list[Observation], ...], value: float, kinds: set[str]) -> None:
    parameter = found(*parts)
    assert parameter.value == value
    assert {item.source for item in parameter.evidence} == kinds


def test_words_alone_are_sure_of_little() -> None:
    assert 0 < found(WORDS[:1]).confidence < 0.2 < found(MIDI).confidence


def test_what_lesser_evidence_says_instead_is_a_conflict() -> None:
    parameter = found(told("midi", "bitmidi", 50, 51, 50), WORDS)
    assert parameter.value == pytest.approx(50.3, abs=0.1)
    (conflict,) = parameter.conflicts
    assert "words say 67 % (2 documents, wikipedia) where MIDI files say 50 %" in conflict
    assert len(found(AUDIO, told("midi", "bitmidi", 50), WORDS).conflicts) == 2, "one a kind"


def test_words_that_the_measured_takes_bear_out_are_none() -> None:
    assert found(MIDI, WORDS).conflicts == []
    assert found(told("midi", "bitmidi", 50, 51, 50, 50, 66), WORDS).conflicts == [], "some of the takes are swung"


def test_texts_that_contradict_each_other_are_one() -> None:
    (conflict,) = found(WORDS, PAPERS).conflicts
    assert "50 % (1 document, crossref)" in conflict
    assert found(told("midi", "bitmidi", 50, 51, 50, 66)).conflicts == [], "takes differ from song to song"


def test_without_evidence_there_is_no_value() -> None:
    assert found().value is None
    assert found(told("midi", "bitmidi", 60, weight=0)).value is None
