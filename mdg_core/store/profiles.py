"""Profiles: every version that was built, and the one that is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from mdg_core.connections import Lineup
from mdg_core.errors import MdgError
from mdg_core.profile import StyleProfile
from mdg_core.store import artists
from mdg_core.store.connect import Connection

_LISTED_STYLES = 5  # names of styles that lists of artists show


@dataclass(frozen=True, slots=True)
class Published:
    profile: StyleProfile
    content_hash: str
    built_from: dict[str, str]
    confirmed_at: datetime  # when research last gave this content


def publish(
    conn: Connection,
    profile: StyleProfile,
    *,
    content_hash: str,
    built_from: Mapping[str, str],
) -> int:
    """Store the profile as the artist's next version and publish it. Returns the version.

    The same content again makes no new version. The embedding of the words stays as it is until the next one follows
    (`store_embedding`). Call it inside a transaction. Raises MdgError for an artist who was deleted or merged
    meanwhile.
    """
    # loaded by those who publish: they bring numpy, and whoever reads is to start soon
    from pgvector import Vector  # noqa: PLC0415
    from pgvector.psycopg import register_vector  # noqa: PLC0415

    from mdg_core.likeness import placed  # noqa: PLC0415

    key = profile.artist.key
    if not artists.is_publishable(conn, key):
        raise MdgError(f"{profile.artist.name} was deleted or merged meanwhile: the profile is not published")
    current = conn.execute(
        "SELECT version, content_hash FROM style_profile WHERE artist_key = %s "
        "ORDER BY version DESC LIMIT 1 FOR UPDATE",
        (key,),
    ).fetchone()
    if current and current["content_hash"] == content_hash:
        version = int(current["version"])
        conn.execute(
            "UPDATE style_profile SET built_from = %s WHERE artist_key = %s AND version = %s",
            (Jsonb(dict(built_from)), key, version),
        )
    else:
        version = int(current["version"]) + 1 if current else 1
        stored = profile.model_copy(update={"version": version})
        conn.execute(
            "INSERT INTO style_profile (artist_key, version, profile, content_hash, built_from) "
            "VALUES (%s, %s, %s, %s, %s)",
            (key, version, Jsonb(stored.model_dump(mode="json")), content_hash, Jsonb(dict(built_from))),
        )
    register_vector(conn)
    playing = profile.playing
    conn.execute(
        "INSERT INTO published_profile "
        "(artist_key, version, confidence, styles, playing, playing_version, playing_vector, lineup) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (artist_key) DO UPDATE SET version = excluded.version, confidence = excluded.confidence, "
        "styles = excluded.styles, "
        "playing = excluded.playing, playing_version = excluded.playing_version, "
        "playing_vector = excluded.playing_vector, lineup = excluded.lineup, published_at = now()",
        (
            key,
            version,
            profile.confidence_score,
            [summary.style for summary in profile.styles[:_LISTED_STYLES]],
            Jsonb(playing.model_dump(mode="json")) if playing else None,
            playing.version if playing else None,
            Vector(placed(playing)) if playing else None,
            Jsonb(Lineup(artist=profile.artist, collaborators=profile.collaborators).model_dump(mode="json")),
        ),
    )
    return version


def store_embedding(conn: Connection, key: str, embedding: Sequence[float]) -> None:
    """The embedding of the published profile's words; it follows the profile and takes the place of the one before."""
    from pgvector import Vector  # noqa: PLC0415
    from pgvector.psycopg import register_vector  # noqa: PLC0415

    register_vector(conn)
    conn.execute("UPDATE published_profile SET embedding = %s WHERE artist_key = %s", (Vector(list(embedding)), key))


def published(conn: Connection, key: str) -> Published | None:
    """Of an artist, or of the one it was merged into."""
    row = conn.execute(
        "SELECT s.profile, s.content_hash, s.built_from, p.published_at FROM published_profile p "
        "JOIN style_profile s USING (artist_key, version) "
        "WHERE p.artist_key = coalesce((SELECT merged_into FROM artist WHERE key = %(key)s), %(key)s)",
        {"key": key},
    ).fetchone()
    return _read(row) if row else None


def latest(conn: Connection, key: str) -> Published | None:
    """The last version that was built of this very artist, published or not."""
    row = conn.execute(
        "SELECT profile, content_hash, built_from, created_at AS published_at FROM style_profile "
        "WHERE artist_key = %s ORDER BY version DESC LIMIT 1",
        (key,),
    ).fetchone()
    return _read(row) if row else None


def confirm(conn: Connection, key: str) -> None:
    """Research has found nothing new: the profile is as good as one of today."""
    conn.execute("UPDATE published_profile SET published_at = now() WHERE artist_key = %s", (key,))


def confirmed_at(conn: Connection) -> dict[str, datetime]:
    """When research last gave each artist's published profile."""
    rows = conn.execute("SELECT artist_key, published_at FROM published_profile").fetchall()
    return {row["artist_key"]: row["published_at"] for row in rows}


@dataclass(frozen=True, slots=True)
class Current:
    """Which content is published of an artist, or of the one that it was merged into."""

    key: str
    version: int
    content_hash: str


def current(conn: Connection, key: str) -> Current | None:
    row = conn.execute(
        "SELECT p.artist_key AS key, p.version, s.content_hash "
        "FROM published_profile p JOIN style_profile s USING (artist_key, version) "
        "WHERE p.artist_key = coalesce((SELECT merged_into FROM artist WHERE key = %(key)s), %(key)s)",
        {"key": key},
    ).fetchone()
    return Current(**row) if row else None


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a published profile where nobody reads it."""

    version: int
    confidence: float
    updated_at: datetime
    confirmed_at: datetime  # when research last gave this content


def summary(conn: Connection, key: str) -> Summary | None:
    row = conn.execute(
        "SELECT p.version, (s.profile->>'confidence_score')::float8 AS confidence, "
        "(s.profile->>'updated_at')::timestamptz AS updated_at, p.published_at AS confirmed_at "
        "FROM published_profile p JOIN style_profile s USING (artist_key, version) "
        "WHERE p.artist_key = coalesce((SELECT merged_into FROM artist WHERE key = %(key)s), %(key)s)",
        {"key": key},
    ).fetchone()
    return Summary(**row) if row else None


def text_of(conn: Connection, found: Current) -> bytes:
    """A profile as JSON, as it is stored, without its performances: raw material of clips, larger than all the rest."""
    row = conn.execute(
        "SELECT (profile - 'performances')::text AS text FROM style_profile WHERE artist_key = %s AND version = %s",
        (found.key, found.version),
    ).fetchone()
    assert row is not None  # versions stay
    return str(row["text"]).encode()


def _read(row: dict[str, Any]) -> Published:
    profile = StyleProfile.model_validate(row["profile"])
    return Published(profile, row["content_hash"], row["built_from"], row["published_at"])
