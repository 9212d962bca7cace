"""A database with so many published profiles that a search among them shows: artists that nobody plays.

Each is one of the reference's styles moved a little, so that neighbours lie as near as those of real artists; the
profile itself is `template` under another name.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from pgvector import Vector
from pgvector.psycopg import register_vector
from psycopg.types.json import Jsonb

from mdg_core import likeness
from mdg_core.connections import Lineup
from mdg_core.profile import Artist, PlayedStyle, StyleProfile
from mdg_core.store.connect import Connection
from mdg_core.style_vector import STYLE_VECTOR_VERSION

_SPREAD = 0.5  # deviations, as between artists of one style
_TAKES = 12
_INDEX = "published_profile_playing"


def name_of(number: int) -> str:
    return f"synthetic-{number:06d}"


def fill(conn: Connection, template: StyleProfile, count: int, seed: int = 0) -> float:
    """Publish `count` artists. Returns the seconds that the index took."""
    register_vector(conn)
    profile = template.model_dump(mode="json") | {"performances": []}
    definition = conn.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", (_INDEX,)).fetchone()
    assert definition is not None
    conn.execute(f"DROP INDEX {_INDEX}")
    with conn.transaction(), conn.cursor() as cursor:
        cursor.execute(
            "INSERT INTO artist (key, name) SELECT k, k FROM unnest(%s::text[]) AS k",
            ([name_of(number) for number in range(count)],),
        )
        cursor.execute(
            "INSERT INTO style_profile (artist_key, version, profile, content_hash, built_from) "
            "SELECT key, 1, jsonb_set(%s, '{artist,name}', to_jsonb(name)), key, '{}' FROM artist "
            "WHERE starts_with(key, 'synthetic-')",
            (Jsonb(profile),),
        )
        columns = "(artist_key, version, confidence, playing, playing_version, playing_vector, lineup)"
        with cursor.copy(f"COPY published_profile {columns} FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["text", "int4", "float4", "jsonb", "int4", "vector", "jsonb"])
            for number, style in enumerate(_styles(count, seed)):
                key = name_of(number)
                lineup = Lineup(artist=Artist(key=key, name=key)).model_dump(mode="json")
                placed = Vector(likeness.placed(style))
                playing = Jsonb(style.model_dump(mode="json"))
                copy.write_row((key, 1, 0.5, playing, STYLE_VECTOR_VERSION, placed, Jsonb(lineup)))
    begin = time.perf_counter()
    conn.execute("SET maintenance_work_mem = '256MB'")
    conn.execute(definition["indexdef"])
    took = time.perf_counter() - begin
    conn.execute("ANALYZE")
    return took


def _styles(count: int, seed: int) -> Iterator[PlayedStyle]:
    rng = np.random.default_rng(seed)
    known = list(likeness.reference_styles().values())
    for number in range(count):
        near = known[number % len(known)]
        moved = [None if m is None else round(float(m + rng.normal(0, _SPREAD)), 4) for m in near.mean]
        yield near.model_copy(update={"mean": moved, "takes": _TAKES})


def recall(conn: Connection, examined: int, *, artists: int = 100, wanted: int = 10) -> float:
    """Of the artists nearest to some of them by L1 the share that the index finds, 0-1; `examined`: its ef_search."""
    register_vector(conn)
    rows = conn.execute(
        "SELECT artist_key, playing_vector FROM published_profile WHERE playing_version = %s", (STYLE_VECTOR_VERSION,)
    ).fetchall()
    keys, vectors = [row["artist_key"] for row in rows], np.array([row["playing_vector"].to_numpy() for row in rows])
    conn.execute("SELECT set_config('hnsw.ef_search', %s, false)", (str(examined),))
    place = {key: index for index, key in enumerate(keys)}
    shares = []
    for index in np.random.default_rng(1).choice(len(keys), artists, replace=False):
        apart = np.abs(vectors - vectors[index]).sum(axis=1)
        farthest = np.sort(apart)[wanted]  # the artist is nearest to itself
        found = conn.execute(
            "SELECT artist_key FROM published_profile ORDER BY playing_vector <+> %s LIMIT %s",
            (Vector(vectors[index]), wanted + 1),
        ).fetchall()
        near = sum(apart[place[row["artist_key"]]] <= farthest + 1e-6 for row in found)
        shares.append((near - 1) / wanted)
    return float(np.mean(shares))
