"""Requests: every field's range, and the words for what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from mdg_core.errors import UsageError
from mdg_core.settings import LlmSettings
from mdg_drummer.request import GenerationRequest
from mdg_serving.generation.models import check_provider
from mdg_serving.words import in_words


def words(**fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        GenerationRequest.model_validate({"artist": "X", **fields})
    return "; ".join(in_words(item) for item in caught.value.errors())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bars", 0), ("bars", 17), ("bars", 2.5), ("tempo", 19.9), ("tempo", 1000), ("tempo", float("nan")),
        ("variations", 0), ("variations", 9), ("seed", -1), ("seed", 2**53), ("timing_amount", 1.1),
        ("velocity_amount", -0.1), ("swing", 49), ("swing", 76), ("density", 1.5), ("section", "solo"),
        ("time_signature", "4/5"), ("time_signature", "32/2"), ("time_signature", "four"), ("time_signature", "1/8"),
        ("provider", "magic"), ("feel", "wobbly"), ("syncopation", 1.5), ("style", "x" * 61),
        ("blend", {"artist": "Y", "amount": 0}), ("blend", {"artist": "Y", "amount": 1}), ("blend", {"artist": ""}),
        ("drum_map", "../gm"), ("lock", {"generation_id": "x", "index": 1, "voices": ["kick"]}),
        ("lock", {"generation_id": "00000000-0000-0000-0000-000000000000", "index": 9, "voices": ["kick"]}),
        ("lock", {"generation_id": "00000000-0000-0000-0000-000000000000", "index": 1, "voices": []}),
        ("artist", ""), ("artist", "a" * 300), ("artist", "a\x00b"), ("artist", "../x"), ("surprise", 1),
    ],
)  # fmt: skip
def test_out_of_range(field: str, value: Any) -> None:
    assert field in words(**{field: value})


@pytest.mark.parametrize(
    ("provider", "remedy"),
    [
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("google", "GOOGLE_API_KEY"),
        ("openai", "OPENAI_API_KEY"),
        ("local", "base_url"),
    ],
)
def test_a_provider_that_is_not_set_up_says_what_to_do(provider: str, remedy: str) -> None:
    with pytest.raises(UsageError, match=f"{provider} is not set up: .*{remedy}"):
        check_provider(LlmSettings(), provider)
    check_provider(LlmSettings(), "auto")


def test_the_words() -> None:
    assert words(bars=17) == "bars: Input should be less than or equal to 16, not 17"
    assert words(surprise=1) == "surprise: there is no such field"
    assert words(time_signature="4/5") == "time_signature: not a time signature: 4/5"


def test_edges_are_allowed() -> None:
    request = GenerationRequest(artist=" AC/DC ", bars=16, tempo=999, swing=75, density=-1, variations=8)
    assert request.artist == "AC/DC"
    assert GenerationRequest(artist="X", time_signature="6-8").time_signature == "6/8"
