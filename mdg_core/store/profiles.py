"""Profiles: every version that was built, and the one that is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from mdg_core.connections import CONNECTION_BONUS, Lineup
from mdg_core.profile import StyleProfile
from mdg_core.store.connect import Connection

_POOL = 50  # this many of the nearest are looked at for connections, or four times as many as are wanted


@dataclass(frozen=True, slots=True)
class SimilarArtist:
    """`similarity` is of the styles alone; `because` says what else connects the artists, e.g. a shared drummer."""

    key: str
    name: str
    similarity: float  # cosine, -1..1
    confidence: float
    because: tuple[str, ...] = ()


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
    embedding: Sequence[float],
    content_hash: str,
    built_from: Mapping[str, str],
) -> int:
    """Store the profile as the artist's next version and publish it. Returns the version.

    The same content again makes no new version. Call it inside a transaction.
    """
    key = profile.artist.key
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
    conn.execute(
        "INSERT INTO published_profile (artist_key, version, confidence, embedding) VALUES (%s, %s, %s, %s::vector) "
        "ON CONFLICT (artist_key) DO UPDATE SET version = excluded.version, confidence = excluded.confidence, "
        "embedding = excluded.embedding, published_at = now()",
        (key, version, profile.confidence_score, _vector(embedding)),
    )
    return version


def published(conn: Connection, key: str) -> Published | None:
    row = conn.execute(
        "SELECT s.profile, s.content_hash, s.built_from, p.published_at FROM published_profile p "
        "JOIN style_profile s USING (artist_key, version) "
        "WHERE p.artist_key = coalesce((SELECT merged_into FROM artist WHERE key = %(key)s), %(key)s)",
        {"key": key},
    ).fetchone()
    if row is None:
        return None
    profile = StyleProfile.model_validate(row["profile"])
    return Published(profile, row["content_hash"], row["built_from"], row["published_at"])


def confirm(conn: Connection, key: str) -> None:
    """Research has found nothing new: the profile is as good as one of today."""
    conn.execute("UPDATE published_profile SET published_at = now() WHERE artist_key = %s", (key,))


def confirmed_at(conn: Connection) -> dict[str, datetime]:
    """When research last gave each artist's published profile."""
    rows = conn.execute("SELECT artist_key, published_at FROM published_profile").fetchall()
    return {row["artist_key"]: row["published_at"] for row in rows}


def published_stamp(conn: Connection, key: str) -> tuple[int, str] | None:
    """Version and content hash of the published profile: what tells whether a copy of it is still current."""
    row = conn.execute(
        "SELECT version, content_hash FROM published_profile JOIN style_profile USING (artist_key, version) "
        "WHERE artist_key = %s",
        (key,),
    ).fetchone()
    return (row["version"], row["content_hash"]) if row else None


def similar(conn: Connection, key: str, *, limit: int = 10) -> list[SimilarArtist]:
    """The artists nearest in style, without the artist itself.

    Ranked by the cosine of the embeddings, to which a connection (`mdg_core.connections`) adds CONNECTION_BONUS.
    Connections are looked for among the nearest, and among all whom the artist's own profile names.
    """
    own = published(conn, key)
    if own is None:
        return []
    lineup = Lineup(artist=own.profile.artist, collaborators=own.profile.collaborators)
    rows = conn.execute(
        """
        WITH target AS MATERIALIZED (SELECT embedding FROM published_profile WHERE artist_key = %(key)s),
        nearest AS (
            SELECT artist_key FROM published_profile WHERE artist_key <> %(key)s
            ORDER BY embedding <=> (SELECT * FROM target) LIMIT %(pool)s
        )
        SELECT p.artist_key AS key, a.name, p.confidence::float8 AS confidence,
            (1 - (p.embedding <=> (SELECT * FROM target)))::float8 AS similarity,
            s.profile->'artist' AS artist, coalesce(s.profile->'collaborators', '[]') AS collaborators
        FROM published_profile p JOIN artist a ON a.key = p.artist_key JOIN style_profile s USING (artist_key, version)
        WHERE p.artist_key <> %(key)s
            AND (p.artist_key IN (SELECT artist_key FROM nearest) OR p.artist_key = ANY(%(named)s))
        """,
        {"key": own.profile.artist.key, "pool": max(_POOL, 4 * limit), "named": sorted(lineup.named)},
    ).fetchall()
    found = [
        SimilarArtist(
            row["key"],
            row["name"],
            row["similarity"],
            row["confidence"],
            tuple(lineup.reasons(Lineup(artist=row["artist"], collaborators=row["collaborators"]))),
        )
        for row in rows
    ]
    found.sort(key=lambda item: (-item.similarity - CONNECTION_BONUS * bool(item.because), item.key))
    return found[:limit]


def most_typical(conn: Connection, *, limit: int = 3) -> list[SimilarArtist]:
    """The artists nearest to the mean of all embeddings: what to play for somebody of whom nothing is known."""
    return _nearest(conn, "SELECT avg(embedding) FROM published_profile", {"key": "", "limit": limit})


def _nearest(conn: Connection, target: str, params: dict[str, Any]) -> list[SimilarArtist]:
    # an exact answer for few artists and HNSW for many: the planner chooses by the index's cost
    rows = conn.execute(
        f"WITH target AS MATERIALIZED ({target}) "  # noqa: S608 - both texts are ours
        "SELECT p.artist_key AS key, a.name, p.confidence::float8 AS confidence, "
        "(1 - (p.embedding <=> (SELECT * FROM target)))::float8 AS similarity "
        "FROM published_profile p JOIN artist a ON a.key = p.artist_key WHERE p.artist_key <> %(key)s "
        "ORDER BY p.embedding <=> (SELECT * FROM target) LIMIT %(limit)s",
        params,
    ).fetchall()
    return [SimilarArtist(**row) for row in rows]


def _vector(values: Sequence[float]) -> str:
    return "[" + ",".join(f"{value:.8g}" for value in values) + "]"
