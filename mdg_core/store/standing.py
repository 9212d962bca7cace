"""Where a research request stands in the queue, and how long it is likely to take.

The time is the median of the last researches of the same depth; of one under way, of those that took longer than it
has taken already.
"""

from __future__ import annotations

from dataclasses import dataclass

from mdg_core.store.connect import Connection
from mdg_core.store.requests import ResearchRequest


@dataclass(frozen=True, slots=True)
class Standing:
    """`position` 1 is the next to be begun, None is not waiting; `seconds` until the end, None where nothing tells."""

    position: int | None
    seconds: int | None


_SQL = """
WITH past AS MATERIALIZED (
    SELECT wanted.depth, took.seconds
    FROM (VALUES ('quick'), ('full')) AS wanted (depth) CROSS JOIN LATERAL (
        SELECT extract(epoch FROM finished_at - started_at)::float8 AS seconds FROM research_request
        WHERE depth = wanted.depth AND status = 'completed' AND started_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT 50) AS took),
usual AS MATERIALIZED (
    SELECT depth, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds FROM past GROUP BY depth),
mine AS (
    SELECT id, created_at, status, depth, extract(epoch FROM now() - started_at)::float8 AS passed
    FROM research_request WHERE id = %(id)s),
waiting AS (
    SELECT count(*) AS requests, sum(usual.seconds) AS seconds
    FROM research_request r JOIN mine ON (r.created_at, r.id) < (mine.created_at, mine.id)
    LEFT JOIN usual ON usual.depth = r.depth WHERE r.status = 'queued'),
running AS (
    SELECT count(*) AS requests, sum((
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY past.seconds) FROM past
        WHERE past.depth = r.depth AND past.seconds > extract(epoch FROM now() - r.started_at))
        - extract(epoch FROM now() - r.started_at)) AS seconds
    FROM research_request r WHERE r.status = 'researching')
SELECT mine.status, waiting.requests AS before, waiting.requests + running.requests AS ahead,
    coalesce(waiting.seconds, 0) + coalesce(running.seconds, 0) AS seconds_ahead,
    (SELECT seconds FROM usual WHERE depth = mine.depth) AS usual,
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM past
        WHERE depth = mine.depth AND seconds > mine.passed) - mine.passed AS remaining
FROM mine, waiting, running
"""


def standing(conn: Connection, request: ResearchRequest, *, places: int) -> Standing:
    """`places`: how many researches run side by side."""
    row = conn.execute(_SQL, {"id": request.id}).fetchone() if request.is_open else None
    if row is None or row["status"] not in ("queued", "researching"):
        return Standing(None, None)
    if row["status"] == "researching":
        return Standing(None, _whole(row["remaining"]))
    wait = row["seconds_ahead"] / places if row["ahead"] >= places else 0.0
    return Standing(row["before"] + 1, _whole(None if row["usual"] is None else wait + row["usual"]))


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else max(1, round(seconds))
