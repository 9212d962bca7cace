"""The artists that have a key, and their display names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mdg_core.artist import artist_key, clean_name, words_of
from mdg_core.errors import MdgError, UsageError
from mdg_core.spelling import NEAR, closeness, grams_of, likeness
from mdg_core.store import chores
from mdg_core.store.connect import Connection

_LOOKED_AT = 400  # names that share the most trigrams with what is typed


@dataclass(frozen=True, slots=True)
class ArtistRow:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ListedArtist:
    """An artist as lists show it; what is of a profile is None before the first one."""

    key: str
    name: str
    version: int | None
    confidence: float | None
    styles: tuple[str, ...]  # the most common first
    updated_at: datetime | None  # when the published version came
    status: str | None  # of the latest research request


@dataclass(frozen=True, slots=True)
class Deleted:
    """What went with an artist."""

    name: str
    profile_versions: int
    research_requests: int
    generations: int


class StillMerged(MdgError):
    """Other names lead to the artist, or the artist's to another."""


def find_or_create(conn: Connection, typed: str) -> ArtistRow:
    """The artist of a typed name. The first spelling becomes the display name until `respell`. Raises UsageError."""
    name, key = clean_name(typed), artist_key(typed)
    found = find(conn, key)
    if found is not None:
        return found
    row = conn.execute(
        "INSERT INTO artist (key, name, grams) VALUES (%s, %s, %s) "
        "ON CONFLICT (key) DO UPDATE SET key = artist.key RETURNING name",
        (key, name, grams_of(words_of(name))),
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


def listed(conn: Connection, *, after: str = "", limit: int = 100) -> list[ListedArtist]:
    """Artists by key, those after the one given; merged names are left out."""
    return _listed(conn, "a.merged_into IS NULL AND a.key > %(after)s ORDER BY a.key LIMIT %(limit)s", after, limit)


def search(conn: Connection, typed: str, *, after: str | None = None, limit: int = 100) -> list[ListedArtist]:
    """The artists whose names are near what is typed, the nearest first; those after the one given.

    At most `_LOOKED_AT` are compared. A merged name finds the artist that it was merged into.
    """
    words = words_of(typed)
    rows = conn.execute(
        "SELECT coalesce(merged_into, key) AS key, name FROM ("
        "SELECT key, name, merged_into, bit_count(grams & %(grams)s) AS shared FROM artist "
        "ORDER BY shared DESC, length(name), key LIMIT %(limit)s) AS near WHERE shared > 0",
        {"grams": grams_of(words), "limit": _LOOKED_AT},
    ).fetchall()
    scored: dict[str, tuple[float, float]] = {}
    for row in rows:
        name = words_of(row["name"])
        score = closeness(words, name), likeness(words, name)
        scored[row["key"]] = max(score, scored.get(row["key"], score))
    near = [(-close, -like, key) for key, (close, like) in scored.items() if close >= NEAR]
    ranked = [key for _, _, key in sorted(near)]
    if after is not None:
        ranked = ranked[ranked.index(after) + 1 :] if after in ranked else []
    return _of_keys(conn, ranked[:limit])


def is_publishable(conn: Connection, key: str) -> bool:
    """Whether the artist is there under this key and nobody is about to take it away; so it stays until the end of
    the transaction."""
    found = conn.execute("SELECT 1 FROM artist WHERE key = %s AND merged_into IS NULL FOR KEY SHARE", (key,)).fetchone()
    return found is not None and not chores.is_removed(conn, key)


def delete(conn: Connection, key: str) -> Deleted | None:
    """Take an artist away with all that was made of it; None without one. The pipeline's share becomes a chore.

    A run that is at work on it has lost its claim with the request, and what it brings is published no more.
    Raises StillMerged where names are merged: which of them is meant could only be guessed.
    """
    with conn.transaction():
        row = conn.execute("SELECT name, merged_into FROM artist WHERE key = %s FOR UPDATE", (key,)).fetchone()
        if row is None:
            return None
        _refuse_merged(conn, key, row["name"], row["merged_into"])
        conn.execute("DELETE FROM pattern_signature WHERE artist_key = %s", (key,))
        conn.execute("DELETE FROM published_profile WHERE artist_key = %s", (key,))
        versions = conn.execute("DELETE FROM style_profile WHERE artist_key = %s", (key,)).rowcount
        conn.execute("DELETE FROM artist_identity WHERE artist_key = %s", (key,))
        conn.execute("DELETE FROM curation WHERE artist_key = %s", (key,))
        generations = conn.execute(
            "DELETE FROM generation WHERE artist_key = %(key)s "
            "OR research_id IN (SELECT id FROM research_request WHERE artist_key = %(key)s)",
            {"key": key},
        ).rowcount
        requests = conn.execute("DELETE FROM research_request WHERE artist_key = %s", (key,)).rowcount
        conn.execute("DELETE FROM artist WHERE key = %s", (key,))
        chores.add_removal(conn, key)
    return Deleted(row["name"], versions, requests, generations)


def _refuse_merged(conn: Connection, key: str, name: str, merged_into: str | None) -> None:
    if merged_into is not None:
        raise StillMerged(f"{name} is a name of {name_of(conn, merged_into)}: unmerge it first, or delete that artist")
    others = conn.execute("SELECT name FROM artist WHERE merged_into = %s ORDER BY key", (key,)).fetchall()
    if others:
        names = ", ".join(other["name"] for other in others)
        raise StillMerged(f"{names} {'was' if len(others) == 1 else 'were'} merged into {name}: unmerge first")


def _of_keys(conn: Connection, keys: Sequence[str]) -> list[ListedArtist]:
    """The artists of those keys, in their order."""
    found = {row.key: row for row in _listed(conn, "a.key = ANY(%(keys)s)", keys=list(keys))}
    return [found[key] for key in keys if key in found]


def _listed(
    conn: Connection, which: str, after: str = "", limit: int = 0, keys: Sequence[str] = ()
) -> list[ListedArtist]:
    rows = conn.execute(
        "SELECT a.key, a.name, p.version, p.confidence::float8 AS confidence, coalesce(p.styles, '{}') AS styles, "  # noqa: S608 - the conditions are ours
        "(SELECT s.created_at FROM style_profile s WHERE s.artist_key = a.key AND s.version = p.version) "
        "AS updated_at, "
        "(SELECT r.status FROM research_request r WHERE r.artist_key = a.key ORDER BY r.created_at DESC LIMIT 1) "
        f"AS status FROM artist a LEFT JOIN published_profile p ON p.artist_key = a.key WHERE {which}",
        {"after": after, "limit": limit, "keys": keys},
    ).fetchall()
    return [ListedArtist(**row | {"styles": tuple(row["styles"])}) for row in rows]
