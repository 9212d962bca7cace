"""The research queue: one open request an artist; what the pipeline reports comes back to the row.

A request is `queued` until a run claims it, `researching` while a run works on it, then `completed`, `failed` or
`cancelled`. A run that dies is found by its missing heartbeat and the request queued again. Whoever ends a request ends
it for the run as well: the run finds its claim gone, and neither reports nor publishes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from mdg_core.errors import MdgError
from mdg_core.store.connect import Connection

Kind = Literal["research", "augment"]
Depth = Literal["quick", "full"]
OPEN = ("queued", "researching")
SourceStatus = Literal["asking", "found", "empty", "failed", "disabled"]
SourceKind = Literal["identity", "papers", "articles", "audio", "midi"]
# in the order of a research
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)


@dataclass(frozen=True, slots=True)
class SourceProgress:
    """How asking one source of one kind goes; `message` is a sentence, of a failure its reason."""

    source: str
    status: SourceStatus
    message: str = ""
    cause: str | None = None  # of a failure: how the source failed, one word for all that failed alike
    documents: int = 0
    titles: tuple[str, ...] = ()  # of the first documents


@dataclass(frozen=True, slots=True)
class ResearchRequest:
    id: UUID
    artist_key: str
    kind: Kind
    depth: Depth
    library: str | None
    status: Literal["queued", "researching", "completed", "failed", "cancelled"]
    stage: str
    progress: int
    message: str
    error: str | None
    result: dict[str, Any] | None
    attempt: int
    run_id: str | None
    heartbeat_at: datetime | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    mbid: str | None = None  # the operator's decision which artist is meant, see `identities`
    asked_by: str | None = None  # the caller of the API
    started_at: datetime | None = None
    sources: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # kind -> SourceProgress as JSON

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def by_source(self) -> list[tuple[SourceKind, SourceProgress]]:
        """Kind and progress of each source, in the order of a research."""
        return [
            (kind, SourceProgress(**row | {"titles": tuple(row["titles"])}))
            for kind in SOURCE_KINDS
            for row in self.sources.get(kind, ())
        ]


@dataclass(frozen=True, slots=True)
class Share:
    """Of the queue, what one caller of the API may take: so many open requests at once."""

    caller: str
    most_open: int


class TooManyOpen(MdgError):
    """A caller has its share of open requests; `seconds`: when one of them is likely to have ended."""

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(f"{most} research requests of yours are open already: come back when one of them is done")
        self.seconds = seconds


class MeansAnother(MdgError):
    """A run is at work on the artist and takes the name for somebody else."""


def submit(
    conn: Connection,
    key: str,
    *,
    kind: Kind = "research",
    depth: Depth = "full",
    library: str | None = None,
    mbid: str | None = None,
    share: Share | None = None,
) -> tuple[ResearchRequest, bool]:
    """The artist's open request, and whether this call made it.

    A caller of the API with `share` may join any number of open requests, and raises TooManyOpen with a new one over
    its share. A request that is still queued takes on the wider wish (augment over research, full over quick), and the
    operator's decision which artist is meant. Raises MeansAnother when a run is already at work without it.
    """
    with conn.transaction(), conn.cursor(row_factory=class_row(ResearchRequest)) as cursor:
        row = cursor.execute(
            "INSERT INTO research_request (artist_key, kind, depth, library, mbid, asked_by) "
            "VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (artist_key) WHERE status IN ('queued', 'researching') DO NOTHING RETURNING *",
            (key, kind, depth, library, mbid, share.caller if share else None),
        ).fetchone()
        if row is not None:
            if share is not None:
                _keep_to(conn, share)  # what it raises takes the row back
            return row, True
        row = cursor.execute(
            """
            UPDATE research_request SET updated_at = now(),
                kind = CASE WHEN status = 'queued' AND %(kind)s = 'augment' THEN 'augment' ELSE kind END,
                depth = CASE WHEN status = 'queued' AND %(depth)s = 'full' THEN 'full' ELSE depth END,
                mbid = CASE WHEN status = 'queued' THEN coalesce(%(mbid)s, mbid) ELSE mbid END
            WHERE artist_key = %(key)s AND status IN ('queued', 'researching') RETURNING *
            """,
            {"key": key, "kind": kind, "depth": depth, "mbid": mbid},
        ).fetchone()
    if row is None:
        # the open request ended between the two statements: then this wish is a new one
        return submit(conn, key, kind=kind, depth=depth, library=library, mbid=mbid, share=share)
    if mbid is not None and row.mbid != mbid:
        raise MeansAnother("a research of this name is under way that means another artist: ask again when it is done")
    return row, False


def _keep_to(conn: Connection, share: Share) -> None:
    """Within a transaction that has made a request. Raises TooManyOpen."""
    # one at a time of a caller, so that two that come together are both counted
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended('share ' || %s, 0))", (share.caller,))
    found = conn.execute(
        "SELECT count(*) AS open FROM research_request WHERE asked_by = %s AND status IN ('queued', 'researching')",
        (share.caller,),
    ).fetchone()
    if found is not None and found["open"] > share.most_open:
        raise TooManyOpen(share.most_open, _seconds_to_an_end(conn))


def _seconds_to_an_end(conn: Connection) -> int:
    """How long one request takes to end at the pace of the last ten, 5 to 900; 60 while there is no pace."""
    row = conn.execute(
        "SELECT extract(epoch FROM max(finished_at) - min(finished_at))::float8 / nullif(count(*) - 1, 0) AS pace "
        "FROM (SELECT finished_at FROM research_request WHERE finished_at > now() - interval '1 day' "
        "ORDER BY finished_at DESC LIMIT 10) AS ended"
    ).fetchone()
    pace = row["pace"] if row else None
    return 60 if pace is None else round(min(max(pace, 5), 900))


def get(conn: Connection, request_id: UUID) -> ResearchRequest | None:
    with conn.cursor(row_factory=class_row(ResearchRequest)) as cursor:
        return cursor.execute("SELECT * FROM research_request WHERE id = %s", (request_id,)).fetchone()


def seconds_since(conn: Connection, request_id: UUID) -> float:
    """How long ago the request was made, by the database's clock; 0 for one that is gone."""
    row = conn.execute(
        "SELECT extract(epoch FROM now() - created_at)::float8 AS seconds FROM research_request WHERE id = %s",
        (request_id,),
    ).fetchone()
    return row["seconds"] if row else 0.0


def latest(conn: Connection, key: str) -> ResearchRequest | None:
    with conn.cursor(row_factory=class_row(ResearchRequest)) as cursor:
        return cursor.execute(
            "SELECT * FROM research_request WHERE artist_key = %s ORDER BY created_at DESC LIMIT 1", (key,)
        ).fetchone()


def list_open(conn: Connection) -> list[ResearchRequest]:
    """Open requests, the oldest first."""
    with conn.cursor(row_factory=class_row(ResearchRequest)) as cursor:
        return cursor.execute(
            "SELECT * FROM research_request WHERE status IN ('queued', 'researching') ORDER BY created_at"
        ).fetchall()


def counts(conn: Connection) -> dict[str, int]:
    """Requests by status."""
    rows = conn.execute("SELECT status, count(*) AS n FROM research_request GROUP BY status").fetchall()
    return {row["status"]: row["n"] for row in rows}


def claim(conn: Connection, request_id: UUID, run_id: str, attempt: int) -> ResearchRequest | None:
    """Take the queued request for this run; None when another run has it or it has ended."""
    with conn.cursor(row_factory=class_row(ResearchRequest)) as cursor:
        return cursor.execute(
            "UPDATE research_request SET status = 'researching', stage = 'starting', message = '', sources = '{}', "
            "run_id = %(run)s, started_at = now(), heartbeat_at = now(), updated_at = now() "
            "WHERE id = %(id)s AND attempt = %(attempt)s "
            "AND (status = 'queued' OR (status = 'researching' AND run_id = %(run)s)) RETURNING *",
            {"id": request_id, "run": run_id, "attempt": attempt},
        ).fetchone()


def report(
    conn: Connection,
    request_id: UUID,
    run_id: str,
    *,
    stage: str,
    progress: int,
    message: str,
    sources: Mapping[str, Sequence[SourceProgress]] | None = None,
) -> bool:
    """Progress of the run that holds the claim; it never goes back within a run. False when the claim is gone.

    `sources` replaces what was said of the sources of these kinds.
    """
    told = {kind: [asdict(source) for source in each] for kind, each in (sources or {}).items()}
    return (
        conn.execute(
            "UPDATE research_request SET stage = %s, progress = greatest(progress, %s), message = %s, "
            "sources = sources || %s, heartbeat_at = now(), updated_at = now() "
            "WHERE id = %s AND run_id = %s AND status = 'researching'",
            (stage, progress, message, Jsonb(told), request_id, run_id),
        ).rowcount
        == 1
    )


def holds(conn: Connection, request_id: UUID, run_id: str) -> bool:
    """Whether the run still has the claim."""
    found = conn.execute(
        "SELECT 1 FROM research_request WHERE id = %s AND run_id = %s AND status = 'researching'",
        (request_id, run_id),
    ).fetchone()
    return found is not None


def end_all(conn: Connection, key: str, error: str) -> None:
    """Fail the artist's open request; a run at work on it has lost its claim."""
    conn.execute(
        "UPDATE research_request SET status = 'failed', error = %s, message = 'failed', updated_at = now(), "
        "finished_at = now() WHERE artist_key = %s AND status IN ('queued', 'researching')",
        (error, key),
    )


def beat(conn: Connection, request_id: UUID, run_id: str) -> bool:
    """Say that the run lives; False when the claim is gone."""
    return (
        conn.execute(
            "UPDATE research_request SET heartbeat_at = now() WHERE id = %s AND run_id = %s AND status = 'researching'",
            (request_id, run_id),
        ).rowcount
        == 1
    )


def complete(conn: Connection, request_id: UUID, run_id: str, *, message: str, result: dict[str, Any]) -> bool:
    """End the request of the run that holds the claim; False when the claim is gone."""
    return (
        conn.execute(
            "UPDATE research_request SET status = 'completed', stage = 'done', progress = 100, message = %s, "
            "result = %s, error = NULL, updated_at = now(), finished_at = now() "
            "WHERE id = %s AND run_id = %s AND status = 'researching'",
            (message, Jsonb(result), request_id, run_id),
        ).rowcount
        == 1
    )


def fail(conn: Connection, request_id: UUID, *, attempt: int, error: str, result: dict[str, Any] | None = None) -> None:
    conn.execute(
        "UPDATE research_request SET status = 'failed', error = %s, result = %s, message = 'failed', "
        "updated_at = now(), finished_at = now() "
        "WHERE id = %s AND attempt = %s AND status IN ('queued', 'researching')",
        (error, Jsonb(result) if result is not None else None, request_id, attempt),
    )


def cancel(conn: Connection, request_id: UUID, *, reason: str = "cancelled") -> ResearchRequest | None:
    """End an open request at once, whoever works on it; its run is ended by the pipeline. The request as it is now."""
    conn.execute(
        "UPDATE research_request SET status = 'cancelled', message = %s, updated_at = now(), finished_at = now() "
        "WHERE id = %s AND status IN ('queued', 'researching')",
        (reason, request_id),
    )
    return get(conn, request_id)


def cancelled_among(conn: Connection, request_ids: Sequence[UUID]) -> set[UUID]:
    rows = conn.execute(
        "SELECT id FROM research_request WHERE id = ANY(%s) AND status = 'cancelled'", (list(request_ids),)
    ).fetchall()
    return {row["id"] for row in rows}


def requeue(conn: Connection, request_id: UUID, *, attempt: int, reason: str) -> None:
    """Queue the request of a run that ended without an answer; `attempt` guards against doing it twice."""
    conn.execute(
        "UPDATE research_request SET status = 'queued', stage = 'queued', run_id = NULL, heartbeat_at = NULL, "
        "started_at = NULL, "
        "attempt = attempt + 1, message = %s, updated_at = now() "
        "WHERE id = %s AND attempt = %s AND status IN ('queued', 'researching')",
        (reason, request_id, attempt),
    )


@contextmanager
def sole_worker(conn: Connection, request_id: UUID) -> Iterator[bool]:
    """Whether this session is the only one that starts runs for the request; held until the end of the context."""
    row = conn.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS alone", (str(request_id),)).fetchone()
    alone = bool(row and row["alone"])
    try:
        yield alone
    finally:
        if alone:
            conn.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (str(request_id),))
