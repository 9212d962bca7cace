from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from mdg_core.store import artists, costs, generations
from mdg_core.store.connect import Connection, connect
from mdg_llm.base import Call, Failure, ProviderError, Usage
from mdg_llm.circuit import Circuits
from mdg_llm.ledger import StoredLedger
from mdg_llm.manager import ask
from mdg_llm.outcome import Outcome
from mdg_llm.prices import most_usd
from tests.llm.acting import PROMPT, Act, Actor, VirtualWorkers, failing, read

Lend = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def lend(conn: Connection, database_url: str) -> Lend:
    @contextmanager
    def lent() -> Iterator[Connection]:
        with connect(database_url) as other:
            yield other

    return lent


def run(ledger: StoredLedger, *actors: Actor) -> Outcome[str]:
    workers = actors[0].workers
    return ask(PROMPT, read, actors, circuits=Circuits(clock=workers.now), workers=workers, ledger=ledger)


def test_calls_and_costs_reach_the_store(conn: Connection, lend: Lend) -> None:
    key = artists.find_or_create(conn, "Rush").key
    generation = generations.create(conn, key, {})
    workers = VirtualWorkers()
    ledger = StoredLedger(lend, purpose="clip", daily_budget_usd=5, generation_id=generation.id)
    outcome = run(
        ledger,
        Actor(workers, "anthropic", [Act(text="no drums")]),
        Actor(workers, "openai", [failing(Failure.SERVER)], model="gpt-5-nano"),
        Actor(workers, "local", [Act()]),
    )
    totals = {row.provider: row for row in costs.totals(conn, 1)}
    assert {name: (row.calls, row.failures) for name, row in totals.items()} == {
        "anthropic": (2, 2),
        "openai": (1, 1),
        "local": (1, 0),
    }
    assert (totals["anthropic"].input_tokens, totals["anthropic"].output_tokens) == (2000, 200)
    assert sum(row.cost_usd for row in totals.values()) == pytest.approx(outcome.cost_usd)
    rows = conn.execute("SELECT generation_id, purpose, failure, error, seconds FROM llm_call ORDER BY id").fetchall()
    assert {(row["generation_id"], row["purpose"]) for row in rows} == {(generation.id, "clip")}
    assert [row["failure"] for row in rows] == ["invalid", "invalid", "server", None]
    assert [row["seconds"] for row in rows] == [1, 1, 1, 1]


def test_a_spent_budget_leaves_local_models(conn: Connection, lend: Lend) -> None:
    workers = VirtualWorkers()
    paid, local = Actor(workers, "anthropic", [Act()]), Actor(workers, "local", [Act()])
    ledger = StoredLedger(lend, purpose="clip", daily_budget_usd=1)
    number = ledger.begin(Actor(workers, "openai", []), PROMPT)
    ledger.end(number, Call("openai", "gpt-5-nano", 1.0, cost_usd=1.5))  # dearer than could be foreseen
    outcome = run(ledger, paid, local)
    assert outcome.provider == "local"
    assert paid.asked == []
    assert outcome.skips[0].failure is Failure.BUDGET
    assert "llm.daily_budget_usd" in outcome.skips[0].reason


def test_the_budget_stops_before_it_is_overspent(conn: Connection, lend: Lend) -> None:
    reserved = most_usd("anthropic", PROMPT, "claude-haiku-4-5")
    budget = 3 * reserved
    ledger = StoredLedger(lend, purpose="clip", daily_budget_usd=budget)
    workers = VirtualWorkers()
    paid = Actor(workers, "anthropic", [Act()])
    outcomes = [run(ledger, paid) for _ in range(12)]
    assert costs.spent_today(conn) <= budget
    # each costs a part of what was reserved for it, which is free again when it ends
    assert sum(outcome.value is not None for outcome in outcomes) == len(paid.asked) > 3
    assert outcomes[-1].skips[0].failure is Failure.BUDGET


def test_hostile_reports_do_not_break_the_books(conn: Connection, lend: Lend) -> None:
    workers = VirtualWorkers()
    hostile = Act(usage=Usage(input=10**30, output=-5), reports="m\x00\ud800" + "x" * 9999)
    actor = Actor(workers, "anthropic", [hostile])
    assert run(StoredLedger(lend, purpose="clip", daily_budget_usd=None), actor).value == "clip"
    row = costs.totals(conn, 1)[0]
    assert (row.input_tokens, row.output_tokens, row.unpriced) == (10**9, 0, 1)


def test_an_unknown_price_counts_what_was_reserved(conn: Connection, lend: Lend) -> None:
    ledger = StoredLedger(lend, purpose="clip", daily_budget_usd=5)
    actor = Actor(VirtualWorkers(), "openai", [Act()], model="no-such-model")
    assert run(ledger, actor).cost_usd is None
    assert costs.spent_today(conn) == pytest.approx(most_usd("openai", PROMPT, "no-such-model"))


def test_a_second_end_changes_nothing(conn: Connection, lend: Lend) -> None:
    ledger = StoredLedger(lend, purpose="clip", daily_budget_usd=5)
    number = ledger.begin(Actor(VirtualWorkers(), "openai", []), PROMPT)
    ledger.end(number, Call("openai", "gpt-5-nano", 1.0, cost_usd=0.25))
    ledger.end(number, Call("openai", "gpt-5-nano", 1.0, cost_usd=0.5))
    assert costs.spent_today(conn) == 0.25


def test_the_message_names_no_more_than_it_should(conn: Connection, lend: Lend) -> None:
    ledger = StoredLedger(lend, purpose="clip", daily_budget_usd=0.001)
    with pytest.raises(ProviderError, match=r"\$0\.00 .*00:00 UTC") as raised:
        ledger.begin(Actor(VirtualWorkers(), "anthropic", []), PROMPT)
    assert raised.value.failure is Failure.BUDGET
