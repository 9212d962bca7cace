"""Time, size and connections of the calls; the real SDKs against the stubs."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mdg_llm.base import Failure, Prompt, ProviderError
from tests.llm.providers import NAMES, PATIENCE, PROMPT, TEXT, failure_of, provider
from tests.stubs import faults
from tests.stubs.faults import Fault
from tests.stubs.llm import LlmService, Reply

SLOW: list[tuple[str, Fault]] = [
    ("silence", faults.silence),
    ("a dripping answer", faults.slow_drip(0.02)),
    ("a dripping head", faults.slow_head(0.02)),
]


@pytest.mark.parametrize("fault", [fault for _, fault in SLOW], ids=[name for name, _ in SLOW])
def test_the_time_is_for_the_whole_call(stub: LlmService, fault: Fault) -> None:
    """Each would go on for a minute, and no single read takes long."""
    stub.reply = lambda body: TEXT * 10
    stub.fail(fault)
    error = failure_of(provider(stub), timeout=0.4)
    assert error.failure is Failure.TIMEOUT
    assert f"llm.{stub.name}.timeout_seconds" in str(error)
    stub.heal()
    assert provider(stub).ask(PROMPT, timeout=PATIENCE).text == TEXT * 10


@pytest.mark.parametrize("fault", [fault for _, fault in SLOW], ids=[name for name, _ in SLOW])
def test_the_time_is_for_the_credentials_too(stub: LlmService, fault: Fault) -> None:
    stub.fail(fault)
    with pytest.raises(ProviderError) as failed:
        provider(stub).validate_credentials(timeout=0.3)
    assert failed.value.failure is Failure.TIMEOUT


def test_a_call_that_is_cut_ends_its_connection(stub: LlmService) -> None:
    """The service sees that nobody listens any more, and can stop what it charges for."""
    stub.fail(faults.silence)
    failure_of(provider(stub), timeout=0.2)
    end = time.monotonic() + 10
    while stub._open and time.monotonic() < end:
        time.sleep(0.02)
    assert stub._open == 0


def test_progress_comes_before_the_answer_is_whole(stub: LlmService) -> None:
    """The second half is held back until the first has been told of."""
    told, seen = threading.Event(), threading.Event()

    def in_halves(exchange: faults.Exchange) -> None:
        right = exchange.right_answer()
        exchange.send_head(right, length=len(right.body))
        exchange.write(right.body[: len(right.body) // 2])
        if told.wait(10):
            seen.set()
        exchange.write(right.body[len(right.body) // 2 :])

    stub.say(Reply(TEXT))
    stub.fail(in_halves)
    answer = provider(stub).ask(PROMPT, timeout=PATIENCE, progress=lambda _: told.set())
    assert answer.text == TEXT
    assert seen.is_set()


def test_what_came_before_the_time_was_up_is_counted(stub: LlmService) -> None:
    def half(exchange: faults.Exchange) -> None:
        right = exchange.right_answer()
        exchange.send_head(right, length=len(right.body))
        exchange.write(right.body[: len(right.body) // 2])
        exchange.wait(10)

    stub.say(Reply(TEXT * 10))
    stub.fail(half)
    error = failure_of(provider(stub), timeout=0.6)
    assert error.failure is Failure.TIMEOUT
    assert 0 < error.usage.output < stub.charged[-1].output
    assert error.usage.input > 0


def test_nobody_there(stub: LlmService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failure_of(provider(stub, base_url=f"http://127.0.0.1:{port}"))
    assert error.failure is Failure.CONNECTION
    assert f"llm.{stub.name}.base_url" in str(error)


def test_no_such_host(stub: LlmService) -> None:
    error = failure_of(provider(stub, base_url="http://no-such-host.invalid"))
    assert error.failure is Failure.CONNECTION


def test_no_tls_there(stub: LlmService) -> None:
    address = stub.base_url.replace("http://", "https://")
    assert failure_of(provider(stub, base_url=address)).failure is Failure.CONNECTION


@pytest.mark.parametrize("name", NAMES)
def test_calls_at_once_do_not_mix(stubs: dict[str, LlmService], name: str) -> None:
    """One adapter for many threads: each gets its own answer, and a time that is up cuts its own call alone."""
    stub = stubs[name]

    def last_words(body: dict[str, object]) -> str:
        return str(body).split("take ")[1].split("!")[0]

    stub.reply = last_words
    asked = provider(stub)

    def one(number: int) -> str:
        prompt = Prompt(PROMPT.system, f"take {number}!", PROMPT.schema, 400)
        if number % 4 == 0:
            return failure_of(asked, prompt, timeout=0.3).failure.value
        return asked.ask(prompt, timeout=PATIENCE).text

    def slow_for_some(exchange: faults.Exchange) -> None:
        if int(last_words({"": exchange.asked.body.decode()})) % 4 == 0:
            faults.silence(exchange)
        else:
            faults.delayed(0.5)(exchange)

    stub.fail(slow_for_some)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(one, range(16)))
    assert results == ["timeout" if number % 4 == 0 else str(number) for number in range(16)]
    assert stub.most_at_once > 4


def test_answers_are_asked_for_unpacked(stub: LlmService) -> None:
    provider(stub).ask(PROMPT, timeout=PATIENCE)
    assert stub.asked[-1].headers["accept-encoding"] == "identity"


def test_no_watchdog_is_left(stub: LlmService) -> None:
    asked = provider(stub)
    before = set(threading.enumerate())
    asked.ask(PROMPT, timeout=PATIENCE)
    stub.fail(faults.silence)
    failure_of(asked, timeout=0.2)
    end = time.monotonic() + 10
    while (left := _watchdogs() - before) and time.monotonic() < end:
        time.sleep(0.02)
    assert not left


def _watchdogs() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)}
