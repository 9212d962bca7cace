from __future__ import annotations

import math
from random import Random

import pytest

from mdg_core.settings import PROJECT_ROOT
from mdg_llm.base import Failure
from mdg_llm.failures import BACKOFF_SECONDS, DECISIONS, MAX_BACKOFF_SECONDS, seconds_before_retry, table


def test_every_failure_has_a_decision() -> None:
    assert set(DECISIONS) == set(Failure)
    assert list(DECISIONS) == list(Failure), "in the order of their definition, for whoever reads the table"


def test_a_decision_is_one_thing() -> None:
    for failure, decision in DECISIONS.items():
        ways = [decision.retries > 0, decision.asks_again > 0, decision.out_seconds > 0]
        assert sum(ways) <= 1, failure
        assert not (decision.charges and decision.out_seconds), failure


@pytest.mark.parametrize("retry", range(6))
def test_backoff_doubles_with_half_of_it_drawn(retry: int) -> None:
    whole = min(MAX_BACKOFF_SECONDS, BACKOFF_SECONDS * 2**retry)
    waits = [seconds_before_retry(retry, None, Random(seed)) for seed in range(200)]
    assert whole / 2 <= min(waits) < whole * 0.55
    assert whole * 0.95 < max(waits) <= whole


@pytest.mark.parametrize(("said", "waited"), [(0.0, 0.0), (7.5, 7.5), (-3.0, 0.0)])
def test_retry_after_goes_before_backoff(said: float, waited: float) -> None:
    assert seconds_before_retry(3, said, Random(1)) == waited


def test_the_readme_shows_the_table() -> None:
    assert table() in (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_shows_every_failure_once() -> None:
    lines = table().splitlines()
    assert len({line.count("|") for line in lines}) == 1
    rows = {cells[1].strip(): cells for cells in (line.split("|") for line in lines[2:])}
    assert list(rows) == [failure.value for failure in Failure]
    assert "until mdg starts anew" in rows["auth"][4]
    assert "60 min" in rows["quota"][4]
    assert "2 times" in rows["rate_limit"][2]
    assert "asked again once" in rows["invalid"][2]
    assert math.isinf(DECISIONS[Failure.AUTH].out_seconds)
