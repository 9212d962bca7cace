"""Every way in which a service fails, as the adapters tell it; the real SDKs against the stubs."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from mdg_llm.base import Failure, ProviderError
from tests.llm.providers import NAMES, PROMPT, TEXT, failure_of, provider
from tests.stubs import faults
from tests.stubs.answers import Answer
from tests.stubs.faults import Fault
from tests.stubs.llm import LlmService, Reply, Stop

STATUSES = [
    (400, "", Failure.BAD_REQUEST),
    (401, "", Failure.AUTH),
    (402, "", Failure.QUOTA),
    (403, "", Failure.AUTH),
    (404, "", Failure.BAD_REQUEST),
    (408, "", Failure.TIMEOUT),
    (409, "", Failure.BAD_REQUEST),
    (413, "", Failure.TOO_LARGE),
    (422, "", Failure.BAD_REQUEST),
    (429, "", Failure.RATE_LIMIT),
    (500, "", Failure.SERVER),
    (502, "", Failure.SERVER),
    (503, "", Failure.OVERLOADED),
    (504, "", Failure.TIMEOUT),
    (529, "", Failure.OVERLOADED),
    (400, "context", Failure.TOO_LARGE),
]


@pytest.mark.parametrize(("status", "kind", "failure"), STATUSES)
def test_statuses(stub: LlmService, status: int, kind: str, failure: Failure) -> None:
    stub.fail(faults.error(status, kind))
    error = failure_of(provider(stub))
    assert error.failure is failure
    assert error.status == status
    # no retries but those of the options that a local server may not know
    assert len(stub.asked) == (3 if stub.name == "local" and status in (400, 422) and not kind else 1)
    assert f"(status {status})" in str(error)
    assert not stub.charged


# no credit left, as each service says it
@pytest.mark.parametrize(
    ("name", "status"), [("anthropic", 400), ("anthropic", 402), ("openai", 429), ("local", 429), ("google", 429)]
)
def test_no_credit(stubs: dict[str, LlmService], name: str, status: int) -> None:
    stubs[name].fail(faults.error(status, "quota", retry_after="5"))
    error = failure_of(provider(stubs[name]))
    assert error.failure is Failure.QUOTA
    assert error.retry_after is None  # waiting brings no credit
    assert "add some" in str(error)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("7", 7.0), ("0", 0.0), ("1.5", 1.5), ("-3", 0.0), ("soon", None), ("inf", None), ("1e12", 86_400.0), ("", None)],
)
def test_retry_after_in_seconds(stub: LlmService, stated: str, seconds: float | None) -> None:
    stub.fail(faults.error(429, retry_after=stated))
    error = failure_of(provider(stub))
    assert error.failure is Failure.RATE_LIMIT
    if stub.name == "google" and seconds is None:
        seconds = 34.07  # as its error's details say
    assert error.retry_after == seconds


def test_retry_after_as_a_date(stub: LlmService) -> None:
    stub.fail(faults.error(503, retry_after=formatdate(time.time() + 3000, usegmt=True)))
    error = failure_of(provider(stub))
    assert error.failure is Failure.OVERLOADED
    assert error.retry_after == pytest.approx(3000, abs=60)


@pytest.mark.parametrize("name", ["anthropic", "openai", "local"])
def test_retry_after_in_milliseconds_is_the_exact_one(stubs: dict[str, LlmService], name: str) -> None:
    headers = {"retry-after-ms": "1250", "Retry-After": "2"}
    stubs[name].fail(lambda exchange: exchange.send(exchange.error(429, "", headers)))
    assert failure_of(provider(stubs[name])).retry_after == 1.25


STOPS: list[tuple[Stop, Failure]] = [
    ("length", Failure.TRUNCATED),
    ("refusal", Failure.REFUSAL),
    ("filter", Failure.REFUSAL),
    ("blocked", Failure.REFUSAL),
    ("nothing", Failure.SERVER),
]


@pytest.mark.parametrize(("stop", "failure"), STOPS)
def test_answers_that_end_otherwise(stub: LlmService, stop: Stop, failure: Failure) -> None:
    stub.say(Reply(TEXT, stop))  # though the text itself is whole
    error = failure_of(provider(stub))
    assert error.failure is failure
    charge = stub.charged[-1]
    if stop != "nothing" and not (stop == "blocked" and stub.name == "google"):
        assert (error.usage.input, error.usage.output) == (charge.input, charge.output)  # paid for nevertheless


def test_claude_says_that_its_context_is_full(stubs: dict[str, LlmService]) -> None:
    stubs["anthropic"].say(Reply(TEXT, "context"))
    assert failure_of(provider(stubs["anthropic"])).failure is Failure.TOO_LARGE


def test_a_refusal_says_why(stubs: dict[str, LlmService]) -> None:
    stubs["openai"].say(Reply("I cannot imitate a living artist.", "refusal"))
    assert "I cannot imitate a living artist." in str(failure_of(provider(stubs["openai"])))


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("anthropic", Failure.OVERLOADED),
        ("google", Failure.SERVER),
        ("openai", Failure.SERVER),
        ("local", Failure.SERVER),
    ],
)
def test_errors_in_mid_stream(stubs: dict[str, LlmService], name: str, failure: Failure) -> None:
    stubs[name].say(Reply(TEXT, "error"))
    error = failure_of(provider(stubs[name]))
    assert error.failure is failure
    assert error.usage.output == len(TEXT) // 4  # estimated: what came is charged, but nobody said how much
    assert error.usage.input > 0


DAMAGE: list[tuple[str, Fault]] = [
    ("an HTML page", faults.html_page(200)),
    ("an HTML error page", faults.html_page(502)),
    ("plain text", faults.says("hello")),
    ("half of the body", faults.truncated),
    ("half of the bytes", faults.cut_off),
    ("a reset", faults.reset),
    ("a reset in mid-stream", faults.reset_midway),
    ("a body without end", faults.big_body(50)),
    ("a body of no stated length", faults.big_body(50, stated=False)),
    ("a bomb", faults.gzip_bomb(100)),
    ("a packed answer", faults.gzipped),
    ("an empty body", lambda exchange: exchange.send(Answer(b"", 200, "text/event-stream"))),
]


@pytest.mark.parametrize("fault", [fault for _, fault in DAMAGE], ids=[name for name, _ in DAMAGE])
def test_damaged_answers(stub: LlmService, fault: Fault) -> None:
    stub.reply = lambda body: TEXT
    stub.fail(fault)
    error = failure_of(provider(stub))
    assert error.failure is Failure.SERVER
    assert len(str(error)) < 300
    assert "<" not in str(error)


NONSENSE = [
    "null",
    "[]",
    "5",
    '"text"',
    "{",
    "{}",
    '{"type": "message_start"}',
    '{"type": "message_start", "message": 5}',
    '{"type": "content_block_delta", "delta": null}',
    '{"choices": 5}',
    '{"choices": [null]}',
    '{"choices": [{"delta": null}], "model": 7}',
    '{"candidates": 5}',
    '{"candidates": [{"content": {"parts": [{"text": 5}]}}]}',
    '{"usage": "many", "choices": []}',
    '{"error": null}',
    '{"error": ["x"]}',
    "[" * 5000,
    '{"a":' * 5000,
]


@pytest.mark.parametrize("content", NONSENSE, ids=lambda content: str(content)[:40])
def test_nonsense_is_a_failure_and_no_crash(stub: LlmService, content: str) -> None:
    event = content.split('"')[3] if content.startswith('{"type"') else "message_start"
    if stub.name == "google":
        sent = Answer(f"[{content}]".encode())
    else:
        sent = Answer(f"event: {event}\ndata: {content}\n\n".encode(), content_type="text/event-stream")
    stub.fail(lambda exchange: exchange.send(sent))
    error = failure_of(provider(stub))
    assert error.failure is Failure.SERVER
    assert len(str(error)) < 400


@pytest.mark.parametrize("content", ["null", "5", "{", '{"error": null}', '{"error": ["x"]}', "[" * 5000])
@pytest.mark.parametrize(("status", "failure"), [(400, Failure.BAD_REQUEST), (500, Failure.SERVER)])
def test_nonsense_about_errors_leaves_the_status(stub: LlmService, status: int, failure: Failure, content: str) -> None:
    stub.fail(lambda exchange: exchange.send(Answer(content.encode(), status)))
    error = failure_of(provider(stub))
    assert error.failure is failure
    assert len(str(error)) < 400


@pytest.mark.parametrize("tokens", ["-5", "1e400", '"5"', "null", "99999999999999999999", "true", "[1]"])
@pytest.mark.parametrize("name", NAMES)
def test_nonsense_tokens_do_not_count(stubs: dict[str, LlmService], name: str, tokens: str) -> None:
    stub = stubs[name]
    stub.reply = lambda body: TEXT
    fields = (b'"output_tokens": ', b'"completion_tokens": ', b'"candidatesTokenCount": ', b'"totalTokenCount": ')

    def forged(exchange: faults.Exchange) -> None:
        body = exchange.right_answer().body
        for field in fields:
            parts = body.split(field)
            body = (field + tokens.encode()).join([parts[0], *(part.lstrip(b"0123456789") for part in parts[1:])])
        kind = "application/json" if name == "google" else "text/event-stream"
        exchange.send(Answer(body, 200, kind))

    stub.fail(forged)
    try:
        usage = provider(stub).ask(PROMPT, timeout=10).usage
    except ProviderError as error:
        usage = error.usage
    assert all(isinstance(count, int) and 0 <= count <= 1_000_000 for count in (usage.input, usage.output))


def test_redirects_are_not_followed(stub: LlmService, stubs: dict[str, LlmService]) -> None:
    other = next(each for each in stubs.values() if each is not stub)
    stub.fail(faults.redirect_to(f"{other.root}/elsewhere", 307))
    error = failure_of(provider(stub))
    assert error.failure is Failure.BAD_REQUEST
    assert f"llm.{stub.name}.base_url" in str(error)
    assert not other.asked_in_all
