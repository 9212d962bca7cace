"""`mdg costs` as a user runs it, against the database of the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from mdg_core.store import costs
from mdg_core.store.connect import Connection
from tests.conftest import ROOT


def mdg_costs(url: str, *arguments: str, budget: str = "5") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MDG_")}
    environment |= {"DATABASE_URL": url, "MDG_LLM__DAILY_BUDGET_USD": budget, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "mdg_cli.main", "costs", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def spent(conn: Connection) -> None:
    for provider, cost, failure in [
        ("anthropic", 1.25, None),
        ("anthropic", 0.0, "rate_limit"),
        ("openai", None, None),
    ]:
        call = costs.begin(
            conn,
            provider=provider,
            model="m",
            purpose="clip",
            generation_id=None,
            reserved_usd=0.5,
            budget_usd=None,
        )
        assert call is not None
        costs.end(
            conn,
            call,
            model="m",
            seconds=1,
            input_tokens=1000,
            output_tokens=100,
            cache_read_tokens=0,
            cache_write_tokens=0,
            cost_usd=cost,
            failure=failure,
            error=None,
        )


def test_without_calls_it_says_so(conn: Connection, database_url: str) -> None:
    shown = mdg_costs(database_url, "--days", "7")
    assert shown.returncode == 0, shown.stderr
    assert "No language model was asked in the last 7 days." in shown.stdout
    assert "$0.0000 of the budget of $5.00 spent or reserved, $5.0000 left" in shown.stdout


@pytest.mark.usefixtures("spent")
def test_people_get_a_table(database_url: str) -> None:
    shown = mdg_costs(database_url)
    assert shown.returncode == 0, shown.stderr
    head, anthropic, openai, everything, *rest = shown.stdout.splitlines()
    assert head.split("  ")[0] == "day (UTC)"
    assert anthropic.split()[1:] == ["anthropic", "2", "1", "2,000", "0", "200", "1.2500"]
    assert openai.split()[1:] == ["openai", "1", "0", "1,000", "0", "100", "0.0000"]
    assert everything.split() == ["all", "3", "1", "3,000", "0", "300", "1.2500"]
    assert "The cost of 1 call is not known" in "\n".join(rest)
    assert "$1.7500 of the budget of $5.00 spent or reserved, $3.2500 left" in rest[-1]


@pytest.mark.usefixtures("spent")
def test_programs_get_json(database_url: str) -> None:
    answer = json.loads(mdg_costs(database_url, "--json", "--days", "1", budget="1").stdout)
    assert (answer["calls"], answer["cost_usd"], answer["unpriced"]) == (3, 1.25, 1)
    assert answer["today"] == {"budget_usd": 1.0, "spent_usd": 1.75, "left_usd": 0.0}
    assert [row["provider"] for row in answer["totals"]] == ["anthropic", "openai"]
    assert answer["totals"][0]["failures"] == 1


@pytest.mark.parametrize("days", ["0", "-1", "99999", "many"])
def test_days_that_are_none_are_wrong_usage(database_url: str, days: str) -> None:
    result = mdg_costs(database_url, "--days", days)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
