"""`mdg costs`: what calls of language models cost, by day and provider, and what is left of today's budget."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mdg_core.store.costs import DayCosts

_COLUMNS = ("day (UTC)", "provider", "calls", "failed", "tokens in", "cached", "tokens out", "dollars")
_MAX_DAYS = 3660


def register(app: typer.Typer) -> None:
    app.command("costs")(costs)


def costs(
    days: Annotated[int, typer.Option(min=1, max=_MAX_DAYS, help="How many days, today among them.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Show what calls of language models cost, failed and refused ones too, and today's budget. Days are in UTC."""
    from mdg_core.settings import load_settings
    from mdg_core.store import costs as store
    from mdg_core.store.session import open_database

    settings = load_settings()
    with open_database(settings) as conn:
        totals = store.totals(conn, days)
        spent = store.spent_today(conn)
    budget = settings.llm.daily_budget_usd
    if as_json:
        typer.echo(json.dumps(_as_json(totals, days, spent, budget), indent=2))
    else:
        typer.echo("\n".join(_lines(totals, days, spent, budget)))


def _as_json(totals: Sequence[DayCosts], days: int, spent: float, budget: float | None) -> dict[str, Any]:
    return {
        "days": days,
        "timezone": "UTC",
        "totals": [asdict(row) | {"day": row.day.isoformat()} for row in totals],
        "calls": sum(row.calls for row in totals),
        "cost_usd": sum(row.cost_usd for row in totals),
        "unpriced": sum(row.unpriced for row in totals),
        "today": {"budget_usd": budget, "spent_usd": spent, "left_usd": _left(spent, budget)},
    }


def _lines(totals: Sequence[DayCosts], days: int, spent: float, budget: float | None) -> list[str]:
    period = "today" if days == 1 else f"in the last {days} days"
    if not totals:
        lines = [f"No language model was asked {period}."]
    else:
        lines = _table([_COLUMNS, *map(_row, totals), _sum(totals)])
        unpriced = sum(row.unpriced for row in totals)
        if unpriced:
            calls = "The cost of 1 call is" if unpriced == 1 else f"The costs of {unpriced} calls are"
            lines += ["", f"{calls} not known and not in the sums; the budget counts what such a call costs at most."]
    left = _left(spent, budget)
    if budget is None or left is None:
        return [*lines, "", f"Today: ${spent:.4f} spent; no daily budget is set (llm.daily_budget_usd)."]
    return [*lines, "", f"Today: ${spent:.4f} of the budget of ${budget:.2f} spent or reserved, ${left:.4f} left."]


def _row(row: DayCosts) -> tuple[str, ...]:
    return (row.day.isoformat(), row.provider, *_numbers([row]))


def _sum(totals: Sequence[DayCosts]) -> tuple[str, ...]:
    return ("all", "", *_numbers(totals))


def _numbers(rows: Sequence[DayCosts]) -> tuple[str, ...]:
    return (
        f"{sum(row.calls for row in rows):,}",
        f"{sum(row.failures for row in rows):,}",
        f"{sum(row.input_tokens for row in rows):,}",
        f"{sum(row.cache_read_tokens for row in rows):,}",
        f"{sum(row.output_tokens for row in rows):,}",
        f"{sum(row.cost_usd for row in rows):.4f}",
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as what is in them: the first two to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _left(spent: float, budget: float | None) -> float | None:
    return None if budget is None else max(0.0, budget - spent)
