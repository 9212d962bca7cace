"""Generations: what was asked, what came out, and the MIDI files; a generation is a task until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from mdg_core.store.connect import Connection

# how often a worker that waits for something says that it lives, and when one that has not said so is taken for dead
KEEP_SECONDS = 5
_CLAIM_TIMEOUT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Generation:
    id: UUID
    artist_key: str
    request: dict[str, Any]
    research_id: UUID | None
    status: Literal["queued", "researching", "generating", "completed", "failed", "cancelled"]
    claimed_at: datetime | None
    profile_version: int | None
    provider: str | None
    model: str | None
    result: dict[str, Any] | None
    error: str | None
    message: str | None  # what is being done, while it is
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.status in ("queued", "researching", "generating")


def create(
    conn: Connection, key: str, request: dict[str, Any], *, research_id: UUID | None = None, claimed: bool = False
) -> Generation:
    """A task: `queued`, or `researching` when it waits for a research request.

    `claimed`: `generating` from the start, for a caller that works on it at once.
    """
    with conn.cursor(row_factory=class_row(Generation)) as cursor:
        row = cursor.execute(
            "INSERT INTO generation (artist_key, request, research_id, status, claimed_at) "
            "VALUES (%s, %s, %s, %s, CASE WHEN %s THEN now() END) RETURNING *",
            (
                key,
                Jsonb(request),
                research_id,
                "generating" if claimed else "researching" if research_id else "queued",
                claimed,
            ),
        ).fetchone()
    assert row is not None
    return row


def add_completed(
    conn: Connection,
    generation_id: UUID,
    key: str,
    request: dict[str, Any],
    *,
    result: str,
    midi: list[bytes],
    profile_version: int,
) -> None:
    """A generation by templates that was made before anybody was told of it: one statement stores it whole.

    `result` is JSON.
    """
    conn.execute(
        """
        WITH made AS (
            INSERT INTO generation (id, artist_key, request, status, result, profile_version, provider, finished_at)
            VALUES (%s, %s, %s, 'completed', %s::jsonb, %s, 'template', now()) RETURNING id)
        INSERT INTO generation_clip (generation_id, index, midi)
        SELECT made.id, clip.index, clip.midi FROM made, unnest(%s::bytea[]) WITH ORDINALITY AS clip (midi, index)
        """,
        (generation_id, key, Jsonb(request), result, profile_version, midi),
    )


def get(conn: Connection, generation_id: UUID) -> Generation | None:
    with conn.cursor(row_factory=class_row(Generation)) as cursor:
        return cursor.execute("SELECT * FROM generation WHERE id = %s", (generation_id,)).fetchone()


def claim_next(conn: Connection) -> Generation | None:
    """Take the oldest task that can be worked on now: its research, if any, has ended, or its worker is dead."""
    with conn.cursor(row_factory=class_row(Generation)) as cursor:
        return cursor.execute(
            """
            UPDATE generation SET status = 'generating', claimed_at = now() WHERE id = (
                SELECT g.id FROM generation g LEFT JOIN research_request r ON r.id = g.research_id
                WHERE g.status = 'queued'
                    OR (g.status = 'researching' AND r.status IN ('completed', 'failed', 'cancelled'))
                    OR (g.status = 'generating' AND g.claimed_at < now() - make_interval(secs => %s))
                ORDER BY g.created_at LIMIT 1 FOR UPDATE OF g SKIP LOCKED)
            RETURNING *
            """,
            (_CLAIM_TIMEOUT_SECONDS,),
        ).fetchone()


def keep(conn: Connection, generation_id: UUID) -> None:
    """Say that the task is still worked on: due every KEEP_SECONDS where the work takes longer."""
    conn.execute(
        "UPDATE generation SET claimed_at = now() WHERE id = %s AND status = 'generating'",
        (generation_id,),
    )


def report(conn: Connection, generation_id: UUID, message: str) -> None:
    """Say what is being done."""
    conn.execute(
        "UPDATE generation SET message = %s, claimed_at = now() WHERE id = %s AND status = 'generating'",
        (message, generation_id),
    )


def complete(
    conn: Connection,
    generation_id: UUID,
    *,
    result: dict[str, Any],
    midi: list[bytes],
    profile_version: int,
    provider: str,
    model: str | None,
) -> None:
    """End the task with its clips, once: when two workers had it, the first one's result stands."""
    with conn.transaction(), conn.cursor() as cursor:
        cursor.execute(
            "UPDATE generation SET status = 'completed', result = %s, profile_version = %s, provider = %s, model = %s, "
            "error = NULL, finished_at = now() WHERE id = %s AND status = 'generating'",
            (Jsonb(result), profile_version, provider, model, generation_id),
        )
        if cursor.rowcount:
            cursor.executemany(
                "INSERT INTO generation_clip (generation_id, index, midi) VALUES (%s, %s, %s)",
                [(generation_id, index, data) for index, data in enumerate(midi, 1)],
            )


def fail(conn: Connection, generation_id: UUID, error: str) -> None:
    conn.execute(
        "UPDATE generation SET status = 'failed', error = %s, finished_at = now() "
        "WHERE id = %s AND status = 'generating'",
        (error, generation_id),
    )


def cancel(conn: Connection, generation_id: UUID) -> Generation | None:
    """End an open task at once; what its worker still makes is thrown away. The task as it is now."""
    conn.execute(
        "UPDATE generation SET status = 'cancelled', finished_at = now() "
        "WHERE id = %s AND status IN ('queued', 'researching', 'generating')",
        (generation_id,),
    )
    return get(conn, generation_id)


def clips(conn: Connection, generation_id: UUID) -> dict[int, bytes]:
    """The MIDI file of each variation (1-8); of a song one, under 1, with a track for each voice."""
    rows = conn.execute("SELECT index, midi FROM generation_clip WHERE generation_id = %s", (generation_id,)).fetchall()
    return {row["index"]: bytes(row["midi"]) for row in rows}


def counts(conn: Connection) -> dict[str, int]:
    """Generations by status."""
    rows = conn.execute("SELECT status, count(*) AS n FROM generation GROUP BY status").fetchall()
    return {row["status"]: row["n"] for row in rows}
