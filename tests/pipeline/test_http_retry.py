from datetime import UTC, datetime

import pytest

from mdg_pipeline.collect.web.errors import BadAnswer, Blocked, Throttled, TimedOut, TooLarge, Unreachable, WebError
from mdg_pipeline.collect.web.retry import MAX_RETRY_AFTER_SECONDS, attempts_for, backoff, reaction_to, retry_after

NOW = datetime(2026, 4, 12, 22, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Sun, 12 Apr 2026 22:01:30 GMT", 90),
        ("Sun, 12 Apr 2026 21:00:00 GMT", 0),
        ("Sunday, 12-Apr-26 22:01:30 GMT", 90),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, MAX_RETRY_AFTER_SECONDS),
        ("Tue, 12 Apr 2050 22:00:00 GMT", MAX_RETRY_AFTER_SECONDS),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, now=NOW) == seconds


def test_backoff_doubles_up_to_its_cap_with_full_jitter() -> None:
    for attempt, limit in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (60, 10)]:
        waits = [backoff(attempt, base=1, cap=10) for _ in range(400)]
        assert 0 <= min(waits) < 0.1 * limit
        assert 0.9 * limit < max(waits) <= limit


@pytest.mark.parametrize("status", [200, 204, 301, 304, 400, 404, 405, 410, 422])
def test_what_answers_the_question_is_no_failure(status: int) -> None:
    assert reaction_to(status) is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((401, Blocked), (403, Blocked), (451, Blocked), (429, Throttled), (503, Throttled), (408, TimedOut)),
        *((500, Unreachable), (502, Unreachable), (504, Unreachable), (522, Unreachable), (599, Unreachable)),
    ],
)
def test_what_does_not_is_one(status: int, error: type[WebError]) -> None:
    reaction = reaction_to(status)
    assert reaction is not None
    assert reaction.error is error


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (Blocked("", code=403), 1),
        (Throttled("", code=429), 4),
        (Unreachable("", code=500), 2),
        (Unreachable(""), 3),
        (TimedOut(""), 2),
        (BadAnswer(""), 2),
        (TooLarge(""), 1),
        (Throttled("", code=200), 4),
    ],
)
def test_how_often_each_is_tried(error: WebError, attempts: int) -> None:
    assert attempts_for(error) == attempts


def test_an_error_says_when_it_will_be_tried_again() -> None:
    assert str(Throttled("arxiv asks for fewer requests", retry_at=NOW)).endswith(
        "it will be tried again after 2026-04-12 22:00:00 UTC"
    )
    assert "next research" in str(Unreachable("x"))
    assert str(Blocked("10.0.0.1 is not public")) == "10.0.0.1 is not public"
    assert Throttled("slow down").outcome("arxiv").status == "throttled"
