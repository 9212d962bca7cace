"""What the pipeline has to do in its lake after a decision that holds in the database already.

Until it is done, no research of the artist begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg.rows import class_row

from mdg_core.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Chore:
    """`remove`: all of an artist; `separate`: from the artist's documents those of another, with whom it was merged."""

    id: int
    kind: Literal["remove", "separate"]
    artist_key: str
    other_key: str | None
    documents: list[str] | None  # their ids; None: all that the other has
    created_at: datetime


def add_removal(conn: Connection, key: str) -> None:
    conn.execute("DELETE FROM chore WHERE artist_key = %s", (key,))  # what was to be done there is done with it
    conn.execute("INSERT INTO chore (kind, artist_key) VALUES ('remove', %s)", (key,))


def add_separation(conn: Connection, key: str, other: str, documents: Sequence[str] | None) -> None:
    conn.execute(
        "INSERT INTO chore (kind, artist_key, other_key, documents) VALUES ('separate', %s, %s, %s)",
        (key, other, list(documents) if documents is not None else None),
    )


def pending(conn: Connection) -> list[Chore]:
    """The oldest first."""
    with conn.cursor(row_factory=class_row(Chore)) as cursor:
        return cursor.execute("SELECT * FROM chore ORDER BY id").fetchall()


def done(conn: Connection, chore_id: int) -> None:
    conn.execute("DELETE FROM chore WHERE id = %s", (chore_id,))


def is_removed(conn: Connection, key: str) -> bool:
    """Whether an artist of this key was deleted and the pipeline has not caught up yet."""
    return conn.execute("SELECT 1 FROM chore WHERE artist_key = %s AND kind = 'remove'", (key,)).fetchone() is not None
