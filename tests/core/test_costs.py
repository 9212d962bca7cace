from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mdg_core.store import artists, costs, generations
from mdg_core.store.connect import Connection, connect


def begin(conn: Connection, **given: Any) -> int | None:
    return costs.begin(
        conn,
        **{
            "provider": "anthropic",
            "model": "m",
            "purpose": "clip",
            "generation_id": None,
            "reserved_usd": 0.1,
            "budget_usd": None,
            **given,
        },
    )


def end(conn: Connection, call: int | None, **given: Any) -> None:
    assert call is not None
    costs.end(
        conn,
        call,
        **{
            "model": "m",
            "seconds": 1.5,
            "input_tokens": 100,
            "output_tokens": 10,
            "cache_read_tokens": 40,
            "cache_write_tokens": 20,
            "cost_usd": 0.01,
            "failure": None,
            "error": None,
            **given,
        },
    )


def test_days_and_providers_add_up(conn: Connection) -> None:
    for provider, cost, failure in [
        ("anthropic", 0.01, None),
        ("anthropic", 0.02, "invalid"),
        ("openai", None, "timeout"),
        ("local", 0.0, None),
    ]:
        end(conn, begin(conn, provider=provider), cost_usd=cost, failure=failure)
    assert begin(conn, provider="openai") is not None  # under way: its cost is not known yet
    rows = costs.totals(conn, 1)
    assert [(row.provider, row.calls, row.failures, row.unpriced) for row in rows] == [
        ("anthropic", 2, 1, 0),
        ("local", 1, 0, 0),
        ("openai", 2, 1, 2),
    ]
    first = rows[0]
    assert first.cost_usd == pytest.approx(0.03)
    assert (first.input_tokens, first.output_tokens) == (200, 20)
    assert (first.cache_read_tokens, first.cache_write_tokens) == (80, 40)


def test_a_day_is_a_day_in_utc(conn: Connection) -> None:
    for moment in (
        "date_trunc('day', now(), 'UTC')",
        "date_trunc('day', now(), 'UTC') - interval '1 second'",
        "date_trunc('day', now(), 'UTC') - interval '1 day 1 second'",
    ):
        call = begin(conn)
        end(conn, call, cost_usd=1)
        conn.execute(f"UPDATE llm_call SET at = {moment} WHERE id = %s", (call,))
    conn.execute("SET timezone TO 'Pacific/Kiritimati'")  # 14 hours ahead: its day is another one
    assert [row.calls for row in costs.totals(conn, 1)] == [1]
    rows = costs.totals(conn, 3)
    assert [row.calls for row in rows] == [1, 1, 1]
    assert [(rows[0].day - row.day).days for row in rows] == [0, 1, 2]
    assert costs.spent_today(conn) == 1


def test_the_budget_counts_what_calls_under_way_can_cost(conn: Connection) -> None:
    first = begin(conn, reserved_usd=0.4, budget_usd=1.0)
    second = begin(conn, reserved_usd=0.6, budget_usd=1.0)
    assert begin(conn, reserved_usd=0.1, budget_usd=1.0) is None
    end(conn, first, cost_usd=0.05)
    assert costs.spent_today(conn) == pytest.approx(0.65)
    assert begin(conn, reserved_usd=0.1, budget_usd=1.0) is not None
    end(conn, second, cost_usd=None, failure="timeout")
    assert costs.spent_today(conn) == pytest.approx(0.75), "not known: what was reserved counts"


def test_a_refused_call_is_not_written(conn: Connection) -> None:
    assert begin(conn, reserved_usd=2, budget_usd=1) is None
    assert costs.totals(conn, 1) == []


def test_32_at_once_do_not_overspend(conn: Connection, database_url: str) -> None:
    def one(_: int) -> int | None:
        with connect(database_url) as other:
            return begin(other, reserved_usd=0.1, budget_usd=0.55)

    with ThreadPoolExecutor(32) as pool:
        begun = [call for call in pool.map(one, range(32)) if call is not None]
    assert len(begun) == 5
    assert costs.spent_today(conn) == pytest.approx(0.5)


def test_costs_outlive_their_generation(conn: Connection) -> None:
    generation = generations.create(conn, artists.find_or_create(conn, "Rush").key, {})
    end(conn, begin(conn, generation_id=generation.id), cost_usd=0.5)
    conn.execute("DELETE FROM generation WHERE id = %s", (generation.id,))
    assert costs.spent_today(conn) == 0.5


def test_errors_are_capped(conn: Connection) -> None:
    end(conn, begin(conn), failure="server", error="x" * 10_000)
    row = conn.execute("SELECT length(error) AS n FROM llm_call").fetchone()
    assert row == {"n": costs.ERROR_CHARACTERS}
