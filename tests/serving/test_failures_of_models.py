"""Every row of `mdg_llm.failures.DECISIONS`, brought about by a stub and seen through the API: a clip comes anyway."""

from __future__ import annotations

import json
import math
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from mdg_core.store.connect import Connection
from mdg_llm.base import Failure
from mdg_llm.circuit import THRESHOLD
from mdg_llm.failures import DECISIONS
from tests.conftest import Models
from tests.drummer.profiles import rock
from tests.serving.asking import asking, failures, generate, llm_settings, origins
from tests.serving.conftest import Publish
from tests.stubs import faults
from tests.stubs.faults import Fault
from tests.stubs.llm import LlmService, Reply

FAILING = "anthropic"


@dataclass(frozen=True)
class Cause:
    """What makes the failing service fail: a switch of its stub, or settings of its own or of the section."""

    switch: Callable[[LlmService], None] = lambda _: None
    settings: dict[str, Any] = field(default_factory=dict)
    llm: dict[str, Any] = field(default_factory=dict)


def fault(fails: Fault) -> Cause:
    return Cause(lambda stub: stub.fail(fails))


def reply(text: str, **stop: Any) -> Cause:
    def switch(stub: LlmService) -> None:
        stub.reply = lambda _: Reply(text, **stop)

    return Cause(switch)


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


CAUSES: dict[Failure, Cause] = {
    Failure.AUTH: fault(faults.error(401)),
    Failure.QUOTA: fault(faults.error(402)),
    Failure.RATE_LIMIT: fault(faults.error(429, retry_after="0")),
    Failure.OVERLOADED: fault(faults.error(529, retry_after="0")),
    Failure.SERVER: fault(faults.error(500, retry_after="0")),
    Failure.TIMEOUT: Cause(lambda stub: stub.fail(faults.silence), {"timeout_seconds": 0.5}),
    Failure.CONNECTION: Cause(settings={"base_url": f"http://127.0.0.1:{_closed_port()}"}),
    Failure.TOO_LARGE: fault(faults.error(413)),
    Failure.BAD_REQUEST: Cause(settings={"model": "no-such-model"}),
    Failure.REFUSAL: reply("I would rather not.", stop="refusal"),
    Failure.TRUNCATED: reply('{"clips": [{"plan": "', stop="length"),
    Failure.INVALID: reply("Boots and cats and boots and cats."),
    Failure.BUDGET: Cause(llm={"daily_budget_usd": 0}),
}
# the same failures in other guises
MORE: list[tuple[Failure, Cause]] = [
    (Failure.AUTH, fault(faults.error(403))),
    (Failure.QUOTA, fault(faults.error(400, "quota"))),
    (Failure.RATE_LIMIT, fault(faults.error(429, retry_after="3600"))),
    (Failure.TIMEOUT, fault(faults.error(408))),
    (Failure.SERVER, fault(faults.html_page(502))),
    (Failure.SERVER, fault(faults.html_page())),
    (Failure.SERVER, fault(faults.reset_midway)),
    (Failure.OVERLOADED, fault(faults.error(503))),
    (Failure.TOO_LARGE, fault(faults.error(400, "context"))),
    (Failure.INVALID, reply('{"clips": [{"plan": "", "rows": ["BD 9"]}]}')),
]


def settings_of(models: Models, cause: Cause, *others: str) -> dict[str, Any]:
    llm = llm_settings(models, FAILING, *others, **cause.llm)
    llm[FAILING] |= cause.settings
    cause.switch(models[FAILING])
    return llm


def test_every_row_has_a_cause() -> None:
    assert set(CAUSES) == set(DECISIONS) == set(Failure)


@pytest.mark.parametrize(("failure", "cause"), [*CAUSES.items(), *MORE])
def test_the_next_one_writes_the_clip(
    database_url: str, models: Models, publish: Publish, conn: Connection, failure: Failure, cause: Cause
) -> None:
    publish(rock())
    with asking(database_url, settings_of(models, cause, "local")) as client:
        result = generate(client)
    assert (result["provider"], origins(result)) == ("local", ["llm"])
    begun = 0 if failure is Failure.BUDGET else 1 + DECISIONS[failure].asks_again
    assert failures(result) == [failure.value] * begun + [None]
    assert [call["provider"] for call in result["llm"]["calls"]] == [FAILING] * begun + ["local"]
    assert all(call["error"] for call in result["llm"]["calls"][:begun])
    skipped = [(skip["provider"], skip["failure"]) for skip in result["llm"]["skipped"]]
    assert skipped == ([(FAILING, "budget")] if failure is Failure.BUDGET else [])
    rows = conn.execute("SELECT provider, failure FROM llm_call ORDER BY id").fetchall()
    assert [(row["provider"], row["failure"]) for row in rows] == [(FAILING, failure)] * begun + [("local", None)]
    assert len(models["local"].asked) == 1
    needs_a_person = failure in (Failure.AUTH, Failure.QUOTA, Failure.BAD_REQUEST, Failure.BUDGET)
    assert len(result["notes"]) == needs_a_person
    assert all(FAILING in note.lower() for note in result["notes"])


@pytest.mark.parametrize("failure", Failure)
def test_alone_it_is_asked_as_often_as_the_table_says_and_templates_follow(
    database_url: str, models: Models, publish: Publish, failure: Failure
) -> None:
    """Until its circuit opens, if the failure is one that opens it; then it is asked no more."""
    publish(rock())
    decision = DECISIONS[failure]
    calls = 0 if failure is Failure.BUDGET else 1 + decision.retries + decision.asks_again
    # after so many failures it is left alone, in the middle of a request too
    left = calls if decision.out_seconds else THRESHOLD if decision.charges else 3 * calls
    with asking(database_url, settings_of(models, CAUSES[failure])) as client:
        while True:
            result = generate(client)
            assert (result["provider"], origins(result)) == ("template", ["template"])
            assert failures(result) == [failure.value] * min(calls, left)
            (note,) = result["notes"]
            assert note.startswith(f"from templates: no language model gave a usable answer; {FAILING}: ")
            said = [call["error"] for call in result["llm"]["calls"]] + [s["reason"] for s in result["llm"]["skipped"]]
            assert any(note.endswith(each) for each in said)
            left -= calls
            if left <= 0:
                break
        again = generate(client)
    is_left_alone = bool(decision.out_seconds or decision.charges) or failure is Failure.BUDGET
    assert failures(again) == ([] if is_left_alone else [failure.value] * calls)
    if is_left_alone:
        (skip,) = again["llm"]["skipped"]
        assert skip["failure"] == failure.value
        assert skip["reason"].startswith("not asked")
        assert skip["reason"] in again["notes"][0]
        lasts = "until mdg starts anew" if math.isinf(decision.out_seconds) else r"for another \d+ s"
        assert failure is Failure.BUDGET or re.search(lasts, skip["reason"])


@pytest.mark.parametrize(
    ("failure", "fails"),
    [
        (Failure.RATE_LIMIT, faults.error(429, retry_after="0")),
        (Failure.OVERLOADED, faults.error(529, retry_after="0")),
        (Failure.SERVER, faults.error(500, retry_after="0")),
        (Failure.SERVER, faults.reset),
    ],
)
def test_a_retry_that_succeeds_is_the_answer(
    database_url: str, models: Models, publish: Publish, failure: Failure, fails: Fault
) -> None:
    publish(rock())
    models[FAILING].fail(fails, times=1)
    with asking(database_url, llm_settings(models, FAILING)) as client:
        result = generate(client)
    assert (result["provider"], origins(result)) == (FAILING, ["llm"])
    assert failures(result) == [failure.value, None]


@pytest.mark.parametrize("failure", [Failure.INVALID, Failure.TRUNCATED])
def test_a_model_that_is_told_the_reason_mends_it(
    database_url: str, models: Models, publish: Publish, failure: Failure
) -> None:
    publish(rock())
    stub = models[FAILING]
    stub.say(Reply('{"clips": [{"plan": "", "rows": ["BD 9|9"]}]}', "stop" if failure is Failure.INVALID else "length"))
    with asking(database_url, llm_settings(models, FAILING)) as client:
        result = generate(client)
    assert failures(result) == [failure.value, None]
    assert origins(result) == ["llm"]
    first, second = (json.loads(asked.body) for asked in stub.asked)
    assert "That answer cannot be used: " in second["messages"][-1]["content"]
    if failure is Failure.INVALID:
        assert "BD, bar 1 has 1 digits; a bar has 16" in second["messages"][-1]["content"]
    assert (second["max_tokens"] > first["max_tokens"]) == (failure is Failure.TRUNCATED)
    charged = [charge.output for charge in stub.charged]
    assert [call["tokens"]["output"] for call in result["llm"]["calls"]] == charged
