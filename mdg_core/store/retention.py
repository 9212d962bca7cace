"""Removing what is old: generations with their clips, requests that have ended, the ledger of language models.

In portions, each a transaction of its own that finds its rows by an index: nobody waits long for one, and an end
half-way leaves less to do the next time. Profiles, artists, documents and what is still open are none of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

from mdg_core.store.connect import Connection

PORTION = 500  # rows


def clips_beyond(conn: Connection, most_bytes: int) -> datetime | None:
    """Until when generations must go for the rest to take `most_bytes` as they are stored; None when they fit.

    Sizes are those of the compressed values, read from where they are pointed to and not from the values themselves.
    """
    row = conn.execute(
        """
        SELECT max(created_at) AS until FROM (
            SELECT created_at, sum(bytes) OVER (ORDER BY created_at DESC, id DESC) AS with_later FROM (
                SELECT g.id, g.created_at, coalesce(pg_column_size(g.result), 0) + coalesce(
                    (SELECT sum(pg_column_size(c.midi)) FROM generation_clip c WHERE c.generation_id = g.id), 0
                ) AS bytes
                FROM generation g WHERE g.status NOT IN ('queued', 'researching', 'generating')
            ) AS sized
        ) AS summed WHERE with_later > %s
        """,
        (most_bytes,),
    ).fetchone()
    return row["until"] if row else None


def drop_generations(conn: Connection, until: datetime) -> int:
    """Remove generations that have ended and were asked for by `until`, with their clips; how many."""
    return _in_portions(
        conn,
        "DELETE FROM generation WHERE id IN (SELECT id FROM generation WHERE created_at <= %s "
        "AND status NOT IN ('queued', 'researching', 'generating') ORDER BY created_at LIMIT %s)",
        until,
    )


def drop_requests(conn: Connection, until: datetime) -> int:
    """Remove research requests that have ended and were made by `until`; how many.

    An artist's latest stays, which says how the research went, and so does one whose generation is kept.
    """
    return _in_portions(
        conn,
        """
        DELETE FROM research_request WHERE id IN (
            SELECT r.id FROM research_request r WHERE r.created_at <= %s AND r.finished_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM generation g WHERE g.research_id = r.id)
                AND EXISTS (SELECT 1 FROM research_request later
                            WHERE later.artist_key = r.artist_key AND later.created_at > r.created_at)
            ORDER BY r.created_at LIMIT %s)
        """,
        until,
    )


def drop_calls(conn: Connection, until: datetime) -> int:
    """Remove calls of language models that began by `until`; how many."""
    return _in_portions(
        conn, "DELETE FROM llm_call WHERE id IN (SELECT id FROM llm_call WHERE at <= %s ORDER BY at LIMIT %s)", until
    )


def _in_portions(conn: Connection, statement: LiteralString, until: datetime) -> int:
    total = 0
    while removed := conn.execute(statement, (until, PORTION)).rowcount:
        total += removed
    return total
