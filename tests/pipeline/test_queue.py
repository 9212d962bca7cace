from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from mdg_core.store.requests import ResearchRequest
from mdg_pipeline.queue import Cancel, Decision, Fail, Launch, Requeue, RunState, Wait, decide

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FRESH, STALE = NOW - timedelta(seconds=3), NOW - timedelta(seconds=60)
QUEUED = ResearchRequest(
    id=uuid4(),
    artist_key="rush",
    kind="research",
    depth="full",
    library=None,
    status="queued",
    stage="queued",
    progress=0,
    message="",
    error=None,
    result=None,
    attempt=1,
    run_id=None,
    heartbeat_at=None,
    created_at=NOW,
    updated_at=NOW,
    finished_at=None,
)


@pytest.mark.parametrize(
    ("status", "run", "heartbeat", "attempt", "expected"),
    [
        ("queued", "none", None, 1, Launch),
        ("queued", "running", None, 1, Wait),
        ("queued", "failed", None, 1, Requeue),  # the code server died before the run could claim
        ("queued", "failed", None, 3, Fail),
        ("researching", "running", FRESH, 1, Wait),
        ("researching", "running", STALE, 1, Requeue),
        ("researching", "running", STALE, 3, Fail),
        ("researching", "none", STALE, 1, Requeue),  # a local worker that was killed
        ("researching", "failed", FRESH, 1, Wait),
        ("researching", "failed", STALE, 1, Requeue),
        ("researching", "succeeded", STALE, 1, Requeue),
        ("queued", "cancelled", None, 1, Cancel),
        ("researching", "cancelled", FRESH, 1, Cancel),
    ],
)
def test_decisions(
    status: str, run: RunState, heartbeat: datetime | None, attempt: int, expected: type[Decision]
) -> None:
    request = replace(QUEUED, status=status, heartbeat_at=heartbeat, attempt=attempt)  # type: ignore[arg-type]
    decision = decide(request, run, now=NOW, heartbeat_timeout=timedelta(seconds=20), max_attempts=3)
    assert isinstance(decision, expected)
