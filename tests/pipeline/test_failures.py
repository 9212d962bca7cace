"""Failures in one clause, by cause."""

from __future__ import annotations

import pytest

from mdg_pipeline.failures import failures_in_words


def rows(*told: str) -> list[dict[str, str]]:
    """Of "source status" each."""
    return [dict(zip(("source", "status", "message"), (*each.split(" ", 1), "said"), strict=True)) for each in told]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], ""),
        (["a ok", "b empty", "c disabled"], ""),
        (["a blocked"], "a refused to answer"),
        (["a blocked", "a blocked", "b blocked"], "a and b refused to answer"),
        (["a timed_out", "b throttled", "c throttled", "d throttled"],
         "a gave no answer in time; 3 sources asked for fewer requests"),
        (["a no connection", "b no connection"], "a and b could not be reached"),
        (["a no connection", "b no connection", "c no connection", "library ok", "d disabled"],
         "3 sources could not be reached: you seem to be offline"),
        (["a no connection", "b no connection", "c no connection", "d empty"], "3 sources could not be reached"),
        (["a no connection", "b no connection", "c no connection", "d blocked"],
         "3 sources could not be reached; d refused to answer"),
    ],
)  # fmt: skip
def test_in_words(told: list[str], said: str) -> None:
    assert failures_in_words(rows(*told)) == said


def test_who_was_not_asked_gave_no_sign_of_life() -> None:
    left = {"source": "arxiv", "status": "empty", "message": "left to the full research"}
    told = rows("a no connection", "b no connection", "c no connection")
    assert failures_in_words([*told, left]).endswith("you seem to be offline")
