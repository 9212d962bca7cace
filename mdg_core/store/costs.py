"""Calls of language models: tokens, dollars, failures; and today's budget, which holds across processes.

A call is written when it begins, with the dollars that it can cost at most, and completed when it ends. Until its
cost is known the budget counts those dollars: so calls at the same time cannot overspend it together. A day is a day
in UTC, by the database's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg.rows import class_row

from mdg_core.store.connect import Connection

ERROR_CHARACTERS = 500

# a window rather than a cast of the column, so that the index serves
_SPENT_TODAY = (
    "SELECT coalesce(sum(coalesce(cost_usd, reserved_usd)), 0) "
    "FROM llm_call WHERE at >= date_trunc('day', now(), 'UTC')"
)


@dataclass(frozen=True, slots=True)
class DayCosts:
    """One provider's calls of one day; `cost_usd` is the sum of the known costs."""

    day: date
    provider: str
    calls: int
    failures: int
    input_tokens: int  # all of the prompts, cached parts too
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_usd: float
    unpriced: int  # calls whose cost is not known


def begin(
    conn: Connection,
    *,
    provider: str,
    model: str,
    purpose: str,
    generation_id: UUID | None,
    reserved_usd: float,
    budget_usd: float | None,
) -> int | None:
    """The number of a call that may begin, or None when it could cost more than is left of today's budget.

    `budget_usd` None: whatever it costs. Whoever asks at the same time waits for the other's answer.
    """
    with conn.transaction():
        if budget_usd is not None:
            conn.execute("SELECT pg_advisory_xact_lock(hashtextextended('llm_budget', 0))")
        row = conn.execute(
            "INSERT INTO llm_call (provider, model, purpose, generation_id, reserved_usd) "
            "SELECT %(provider)s, %(model)s, %(purpose)s, %(generation)s::uuid, %(reserved)s::numeric "
            f"WHERE %(budget)s::numeric IS NULL OR ({_SPENT_TODAY}) + %(reserved)s::numeric <= %(budget)s::numeric "
            "RETURNING id",
            {
                "provider": provider,
                "model": model,
                "purpose": purpose,
                "generation": generation_id,
                "reserved": reserved_usd,
                "budget": budget_usd,
            },
        ).fetchone()
    return None if row is None else int(row["id"])


def end(
    conn: Connection,
    call_id: int,
    *,
    model: str,
    seconds: float,
    input_tokens: int,
    output_tokens: int,
    cache_read_tokens: int,
    cache_write_tokens: int,
    cost_usd: float | None,
    failure: str | None,
    error: str | None,
) -> None:
    """Complete a call, once: what is said of it later changes nothing."""
    conn.execute(
        "UPDATE llm_call SET finished_at = clock_timestamp(), model = %s, seconds = %s, input_tokens = %s, "
        "output_tokens = %s, cache_read_tokens = %s, cache_write_tokens = %s, cost_usd = %s, failure = %s, error = %s "
        "WHERE id = %s AND finished_at IS NULL",
        (
            model,
            seconds,
            input_tokens,
            output_tokens,
            cache_read_tokens,
            cache_write_tokens,
            cost_usd,
            failure,
            error[:ERROR_CHARACTERS] if error is not None else None,
            call_id,
        ),
    )


def spent_today(conn: Connection) -> float:
    """Dollars of today's calls as the budget counts them: a call without a known cost at the most it can cost."""
    row = conn.execute(f"SELECT ({_SPENT_TODAY}) AS spent").fetchone()
    assert row is not None
    return float(row["spent"])


def totals(conn: Connection, days: int) -> list[DayCosts]:
    """The calls of the last `days` days, today among them, by day and provider; the latest day first."""
    with conn.cursor(row_factory=class_row(DayCosts)) as cursor:
        return cursor.execute(
            """
            SELECT (at AT TIME ZONE 'UTC')::date AS day, provider, count(*) AS calls,
                count(*) FILTER (WHERE failure IS NOT NULL) AS failures,
                sum(input_tokens)::bigint AS input_tokens, sum(output_tokens)::bigint AS output_tokens,
                sum(cache_read_tokens)::bigint AS cache_read_tokens,
                sum(cache_write_tokens)::bigint AS cache_write_tokens,
                coalesce(sum(cost_usd), 0)::float8 AS cost_usd,
                count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced
            FROM llm_call WHERE at >= date_trunc('day', now(), 'UTC') - make_interval(days => %s)
            GROUP BY 1, 2 ORDER BY 1 DESC, 2
            """,
            (days - 1,),
        ).fetchall()
