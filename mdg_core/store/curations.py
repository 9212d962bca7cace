"""Operators' decisions about an artist, in the order in which they were made; none is ever removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from mdg_core.errors import MdgError
from mdg_core.store.connect import Connection

Action = Literal["exclude", "include", "url", "file", "pin", "unpin", "drummers", "merge"]


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


def merge(conn: Connection, source: str, target: str) -> None:
    """From now on the name of `source` finds `target`. Call it inside a transaction.

    Raises MdgError when that would close a circle.
    """
    if conn.execute("SELECT 1 FROM artist WHERE key = %s AND merged_into IS NOT NULL", (target,)).fetchone():
        raise MdgError(f"{target} has itself been merged into another artist: merge into that one")
    conn.execute("UPDATE artist SET merged_into = %s WHERE key = %s OR merged_into = %s", (target, source, source))
    conn.execute("DELETE FROM published_profile WHERE artist_key = %s", (source,))
