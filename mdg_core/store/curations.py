"""Operators' decisions about an artist, in the order in which they were made; none is ever removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from mdg_core.errors import MdgError
from mdg_core.store import chores, profiles, requests
from mdg_core.store.connect import Connection

Action = Literal["exclude", "include", "url", "file", "pin", "unpin", "drummers", "merge", "unmerge"]


@dataclass(frozen=True, slots=True)
class CurationRow:
    id: int
    artist_key: str
    action: Action
    subject: str  # a document, an address, a parameter, an artist
    value: Any
    note: str
    created_at: datetime


def record(conn: Connection, key: str, action: Action, subject: str, *, note: str, value: Any = None) -> None:
    conn.execute(
        "INSERT INTO curation (artist_key, action, subject, value, note) VALUES (%s, %s, %s, %s, %s)",
        (key, action, subject, Jsonb(value) if value is not None else None, note),
    )


def of_artist(conn: Connection, key: str) -> list[CurationRow]:
    """The artist's decisions, the oldest first."""
    with conn.cursor(row_factory=class_row(CurationRow)) as cursor:
        return cursor.execute("SELECT * FROM curation WHERE artist_key = %s ORDER BY id", (key,)).fetchall()


def merge(
    conn: Connection, source: str, target: str, *, name: str, note: str, documents: Sequence[str] | None = None
) -> None:
    """From now on the name of `source` finds `target`. Call it inside a transaction.

    `documents`: the ids of those of the source that the target has not had before, by which `unmerge` tells them.
    Raises MdgError when that would close a circle.
    """
    if conn.execute("SELECT 1 FROM artist WHERE key = %s AND merged_into IS NOT NULL", (target,)).fetchone():
        raise MdgError(f"{target} has itself been merged into another artist: merge into that one")
    conn.execute("UPDATE artist SET merged_into = %s WHERE key = %s OR merged_into = %s", (target, source, source))
    conn.execute("DELETE FROM published_profile WHERE artist_key = %s", (source,))
    requests.end_all(conn, source, f"{name} has been merged into {target}: research that artist")
    value = {"name": name, "documents": list(documents) if documents is not None else None}
    record(conn, target, "merge", source, note=note, value=value)


def unmerge(conn: Connection, source: str, *, note: str) -> str:
    """Let the name of `source` be an artist of its own again, with the last profile that it had. Returns the key of the
    artist that it leaves.

    Its documents leave that artist by a chore of the pipeline, which has that artist's profile built anew.
    Raises MdgError for a name that is merged into none.
    """
    with conn.transaction():
        row = conn.execute("SELECT name, merged_into FROM artist WHERE key = %s FOR UPDATE", (source,)).fetchone()
        if row is None or row["merged_into"] is None:
            raise MdgError(f"{row['name'] if row else source} is merged into no other artist")
        target: str = row["merged_into"]
        conn.execute("UPDATE artist SET merged_into = NULL WHERE key = %s", (source,))
        last = profiles.latest(conn, source)
        if last is not None:
            profiles.publish(conn, last.profile, content_hash=last.content_hash, built_from=last.built_from)
        moved = [row for row in of_artist(conn, target) if row.action == "merge" and row.subject == source]
        documents = moved[-1].value.get("documents") if moved and isinstance(moved[-1].value, dict) else None
        chores.add_separation(conn, target, source, documents)
        record(conn, target, "unmerge", source, note=note, value=row["name"])
    return target
