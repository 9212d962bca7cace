"""The API keeps its word while Postgres is killed: a short form of the drill."""

from __future__ import annotations

import pytest

from benchmarks.drill import drill


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_wrong_or_lost_while_postgres_is_killed() -> None:
    report = drill(minutes=1, clients=6)
    assert report.faults == {"wrong": [], "unasked": [], "final": [], "lost": [], "untrue": []}
    assert len(report.outages) == 2
    assert report.restarts == {"postgres": 2, "api": 0}
    assert sum(report.errors.values()) > 0  # somebody asked meanwhile
    assert all(report.answered[kind] for kind in ("profile", "similar", "generate", "task", "research", "look"))
