"""Which of the published artists play alike, and the scale by which that is said.

Postgres finds who may be near, by pgvector; how near they are is worked out exactly (`mdg_core.likeness`), because an
index cannot leave out what one of two artists does not show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from pgvector.psycopg import register_vector

from mdg_core import likeness
from mdg_core.connections import CONNECTION_BONUS, Lineup
from mdg_core.likeness import Basis, Scale
from mdg_core.profile import EMBEDDING_DIMENSIONS, PlayedStyle
from mdg_core.store.connect import Connection
from mdg_core.style_vector import STYLE_VECTOR_VERSION

_ALIKE = 0.25  # similarity from which what two artists share is said
_POOL = 200  # this many of the nearest are looked at exactly, or four times as many as are wanted
_MOST_EXAMINED = 1000  # by pgvector, of which the pool is taken: the most that it allows
_LEAST_ARTISTS: Final = 10  # for a scale of their own
_MOST_ARTISTS: Final = 200  # of whom the scale is made, drawn by their keys


@dataclass(frozen=True, slots=True)
class SimilarArtist:
    """`because` says what else connects the artists, e.g. a shared drummer; it is no part of `similarity`."""

    key: str
    name: str
    similarity: float  # 1 - the share of pairs of artists that are nearer, 0-1
    basis: Basis
    confidence: float
    because: tuple[str, ...] = ()
    reason: str | None = None  # what both do, in words
    few_takes: bool = False  # of one of the two there are too few for more than a guess


@dataclass(frozen=True, slots=True)
class TypicalArtist:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class KnownScale:
    """How the scale of one basis came about; `quantiles` None where the known artists are too few for one."""

    basis: str
    artists: int
    quantiles: list[float] | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A published artist, and what others are compared with."""

    key: str
    name: str
    playing: PlayedStyle | None
    lineup: Lineup


def placed_of(conn: Connection, key: str) -> Placed | None:
    """The artist of a key, or the one that it was merged into; None where nothing is published."""
    row = conn.execute(
        "SELECT p.artist_key AS key, a.name, p.playing, p.lineup "
        "FROM published_profile p JOIN artist a ON a.key = p.artist_key "
        "WHERE p.artist_key = coalesce((SELECT merged_into FROM artist WHERE key = %(key)s), %(key)s)",
        {"key": key},
    ).fetchone()
    return _placed(row) if row else None


def _placed(row: dict[str, Any]) -> Placed:
    playing = PlayedStyle.model_validate(row["playing"]) if row["playing"] else None
    return Placed(row["key"], row["name"], playing, Lineup.model_validate(row["lineup"]))


def similar(conn: Connection, key: str, *, limit: int = 10) -> list[SimilarArtist]:
    """`near` of the artist of a key; nobody where nothing is published."""
    own = placed_of(conn, key)
    return near(conn, own, limit=limit) if own else []


def near(conn: Connection, own: Placed, *, limit: int = 10) -> list[SimilarArtist]:
    """The artists who play most alike, without the artist itself; after them those of whom only words are known.

    A connection (`mdg_core.connections`) ranks as CONNECTION_BONUS more similarity. Connections are looked for among
    the nearest, and among all whom the artist's own profile names. Who shares nothing to compare by is left out.
    """
    rows, scale = _pool(conn, own.key, max(_POOL, 4 * limit), sorted(own.lineup.named))
    found = sorted(_compared(own, rows, scale), key=lambda item: item.rank)
    return [_named(item, own.playing) for item in found[:limit]]


def most_typical(conn: Connection, *, limit: int = 3) -> list[TypicalArtist]:
    """The artists nearest to the mean of all, by the playing, else by the words, else the surest: what to play for
    somebody of whom nothing is known."""
    rows = conn.execute(
        "SELECT p.artist_key AS key, a.name FROM published_profile p JOIN artist a ON a.key = p.artist_key "
        "ORDER BY (CASE WHEN playing_version = %(version)s THEN playing_vector END) <+> "
        "(SELECT avg(playing_vector) FROM published_profile WHERE playing_version = %(version)s) NULLS LAST, "
        "embedding <=> (SELECT avg(embedding) FROM published_profile) NULLS LAST, p.confidence DESC, key "
        "LIMIT %(limit)s",
        {"version": STYLE_VECTOR_VERSION, "limit": limit},
    ).fetchall()
    return [TypicalArtist(**row) for row in rows]


_SCALES = "SELECT basis, quantiles FROM likeness_scale WHERE version = %s"


def scale_of(conn: Connection) -> Scale:
    """The scale of the known artists, and where they are too few that of the reference."""
    return _scale_in(conn.execute(_SCALES, (STYLE_VECTOR_VERSION,)).fetchall())


def _scale_in(rows: Sequence[dict[str, Any]]) -> Scale:
    stored = {row["basis"]: np.array(row["quantiles"]) for row in rows}
    default = likeness.default_scale()
    return Scale(stored.get("playing", default.playing), stored.get("words", default.words))


def rescale(conn: Connection) -> list[KnownScale]:
    """Make the scale anew from the published artists; those with few takes are left out."""
    register_vector(conn)
    rows = conn.execute(
        "SELECT playing FROM published_profile WHERE playing_version = %s AND (playing->>'takes')::int >= %s "
        "ORDER BY md5(artist_key) LIMIT %s",
        (STYLE_VECTOR_VERSION, likeness.FEW_TAKES, _MOST_ARTISTS),
    ).fetchall()
    styles = [PlayedStyle.model_validate(row["playing"]) for row in rows]
    worded = conn.execute(
        "SELECT embedding FROM published_profile WHERE embedding IS NOT NULL ORDER BY md5(artist_key) LIMIT %s",
        (_MOST_ARTISTS,),
    ).fetchall()
    texts = np.array([row["embedding"].to_numpy() for row in worded]).reshape(len(worded), EMBEDDING_DIMENSIONS)
    texts = texts / np.maximum(np.linalg.norm(texts, axis=1, keepdims=True), 1e-9)
    pairs = np.triu_indices(len(texts), 1)
    made = [
        _scale("playing", len(styles), likeness.pair_distances(styles)),
        _scale("words", len(texts), (1 - texts @ texts.T)[pairs]),
    ]
    with conn.transaction():
        conn.execute("DELETE FROM likeness_scale")
        for scale in made:
            if scale.quantiles is not None:
                conn.execute(
                    "INSERT INTO likeness_scale (basis, version, artists, quantiles) VALUES (%s, %s, %s, %s)",
                    (scale.basis, STYLE_VECTOR_VERSION, scale.artists, scale.quantiles),
                )
    return made


def _scale(basis: str, artists: int, apart: likeness.Floats) -> KnownScale:
    enough = artists >= _LEAST_ARTISTS and len(apart) > 0
    return KnownScale(basis, artists, likeness.quantiles_of(apart) if enough else None)


def _pool(conn: Connection, key: str, size: int, named: Sequence[str]) -> tuple[list[dict[str, Any]], Scale]:
    """Who may be near: by the playing, by the words of those whose playing is not known, and whoever is named; and the
    scale. In one trip to the database."""
    with conn.pipeline(), conn.transaction():
        conn.execute("SELECT set_config('hnsw.ef_search', %s, true)", (str(min(size, _MOST_EXAMINED)),))
        scales = conn.execute(_SCALES, (STYLE_VECTOR_VERSION,))
        rows = conn.execute(
            """
            WITH target AS MATERIALIZED (
                SELECT CASE WHEN playing_version = %(version)s THEN playing_vector END AS played, embedding
                FROM published_profile WHERE artist_key = %(key)s
            ), alike AS (
                SELECT artist_key FROM published_profile
                WHERE artist_key <> %(key)s AND playing_version = %(version)s
                    AND (SELECT played FROM target) IS NOT NULL
                ORDER BY playing_vector <+> (SELECT played FROM target) LIMIT %(size)s
            ), worded AS (
                SELECT artist_key FROM published_profile
                WHERE artist_key <> %(key)s AND embedding IS NOT NULL AND (SELECT embedding FROM target) IS NOT NULL
                    AND ((SELECT played FROM target) IS NULL OR playing_version IS DISTINCT FROM %(version)s)
                ORDER BY embedding <=> (SELECT embedding FROM target) LIMIT %(size)s
            )
            SELECT p.artist_key AS key, a.name, p.confidence::float8 AS confidence, p.playing,
                (p.embedding <=> (SELECT embedding FROM target))::float8 AS words_apart,
                p.lineup
            FROM published_profile p JOIN artist a ON a.key = p.artist_key
            -- of one list: with OR all artists would be looked through
            WHERE p.artist_key <> %(key)s AND p.artist_key IN (
                SELECT artist_key FROM alike UNION SELECT artist_key FROM worded UNION SELECT unnest(%(named)s::text[]))
            """,
            {"key": key, "version": STYLE_VECTOR_VERSION, "size": size, "named": list(named)},
        )
        return rows.fetchall(), _scale_in(scales.fetchall())


@dataclass(frozen=True, slots=True)
class _Compared:
    row: dict[str, Any]
    style: PlayedStyle | None  # None: compared by the words
    apart: float
    similarity: float
    because: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, float, float, str]:
        bonus = CONNECTION_BONUS * bool(self.because)
        return self.style is None, -self.similarity - bonus, self.apart, self.row["key"]


def _compared(own: Placed, rows: Sequence[dict[str, Any]], scale: Scale) -> Iterator[_Compared]:
    """Those that can be compared, by the playing where both show enough of it."""
    styles = [PlayedStyle.model_validate(row["playing"]) if row["playing"] else None for row in rows]
    apart = np.full(len(rows), np.nan)
    played = {index: style for index, style in enumerate(styles) if style is not None and likeness.comparable(style)}
    if played and own.playing is not None and likeness.comparable(own.playing):
        apart[list(played)] = likeness.distances(own.playing, list(played.values()))
    for row, style, distance in zip(rows, styles, apart.tolist(), strict=True):
        because = tuple(own.lineup.reasons(Lineup.model_validate(row["lineup"])))
        if not math.isnan(distance):
            yield _Compared(row, style, distance, likeness.score(distance, scale.playing), because)
        elif (words := row["words_apart"]) is not None:
            yield _Compared(row, None, words, likeness.score(words, scale.words), because)


def _named(found: _Compared, played: PlayedStyle | None) -> SimilarArtist:
    row, style = found.row, found.style
    artist = SimilarArtist(
        key=row["key"],
        name=row["name"],
        similarity=round(found.similarity, 4),
        basis="words",
        confidence=row["confidence"],
        because=found.because,
    )
    if style is None or played is None:
        return artist
    return replace(
        artist,
        basis=likeness.basis_of(played, style),
        # two who play less alike than most may share a habit: that is no reason to name them together
        reason=likeness.reason(played, style) if found.similarity >= _ALIKE else None,
        few_takes=min(played.takes, style.takes) < likeness.FEW_TAKES,
    )
