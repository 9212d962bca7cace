"""The artists that have a key, and their display names."""

from __future__ import annotations

from dataclasses import dataclass

from mdg_core.artist import artist_key, clean_name
from mdg_core.errors import UsageError
from mdg_core.store.connect import Connection


@dataclass(frozen=True, slots=True)
class ArtistRow:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ListedArtist:
    """An artist as lists show it; version and confidence are None before the first profile."""

    key: str
    name: str
    version: int | None
    confidence: float | None
    status: str | None  # of the latest research request


def find_or_create(conn: Connection, typed: str) -> ArtistRow:
    """The artist of a typed name. The first spelling becomes the display name until `respell`. Raises UsageError."""
    name, key = clean_name(typed), artist_key(typed)
    found = find(conn, key)
    if found is not None:
        return found
    row = conn.execute(
        "INSERT INTO artist (key, name) VALUES (%s, %s) "
        "ON CONFLICT (key) DO UPDATE SET key = artist.key RETURNING name",
        (key, name),
    ).fetchone()
    assert row is not None
    return ArtistRow(key, row["name"])


def respell(conn: Connection, key: str, name: str) -> None:
    """Show the artist under a better spelling of the same name; any other name is left alone."""
    try:
        better = clean_name(name)
        is_same = artist_key(better) == key
    except UsageError:  # a name such as "...", which nobody can ask for
        return
    if is_same:
        conn.execute("UPDATE artist SET name = %s WHERE key = %s AND name <> %s", (better, key, better))


def find(conn: Connection, key: str) -> ArtistRow | None:
    """The artist of a key, or the one it was merged into."""
    row = conn.execute(
        "SELECT b.key, b.name FROM artist a JOIN artist b ON b.key = coalesce(a.merged_into, a.key) WHERE a.key = %s",
        (key,),
    ).fetchone()
    return ArtistRow(**row) if row else None


def name_of(conn: Connection, key: str) -> str | None:
    row = conn.execute("SELECT name FROM artist WHERE key = %s", (key,)).fetchone()
    return row["name"] if row else None


def search(conn: Connection, text: str | None = None, *, limit: int = 100) -> list[ListedArtist]:
    """Artists whose name or key contains the text, by name."""
    rows = conn.execute(
        """
        SELECT a.key, a.name, p.version, p.confidence::float8 AS confidence,
               (SELECT r.status FROM research_request r WHERE r.artist_key = a.key
                ORDER BY r.created_at DESC LIMIT 1) AS status
        FROM artist a LEFT JOIN published_profile p ON p.artist_key = a.key
        WHERE a.merged_into IS NULL AND (%(text)s::text IS NULL OR position(lower(%(text)s) IN lower(a.name)) > 0
              OR position(lower(%(text)s) IN a.key) > 0)
        ORDER BY lower(a.name) LIMIT %(limit)s
        """,
        {"text": text, "limit": limit},
    ).fetchall()
    return [ListedArtist(**row) for row in rows]
