"""Whether the artists whom the database offers as near are those who are nearest."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from mdg_core import likeness
from mdg_core.profile import Artist, PlayedStyle, StyleProfile
from mdg_core.store import artists, neighbours, profiles
from mdg_core.store.connect import Connection
from mdg_core.style_vector import COLUMNS, SIZE, STYLE_VECTOR_VERSION

ARTISTS = 500
ASKED = 20
WANTED = 10
HABITS = 8  # that a population shares


def population(seed: int) -> list[PlayedStyle]:
    """Artists about the reference's: half from archives without dynamics and feel, a third with few takes."""
    rng = np.random.default_rng(seed)
    against = likeness.reference()
    habits = rng.normal(size=(HABITS, SIZE)) / np.sqrt(HABITS)
    own = 0.8 * rng.normal(size=(ARTISTS, HABITS)) @ habits + 0.6 * rng.normal(size=(ARTISTS, SIZE))
    means = np.clip(against.artist_mean + own * against.artist_deviation, -4, 4)
    takes = np.where(rng.random(ARTISTS) < 0.3, rng.integers(1, 4, ARTISTS), rng.integers(4, 100, ARTISTS))
    hidden = np.array([column.block in ("velocity", "feel") for column in COLUMNS])
    return [
        PlayedStyle(
            version=STYLE_VECTOR_VERSION,
            mean=[None if number % 2 and h else float(m) for m, h in zip(mean, hidden, strict=True)],
            reliability=[0.0 if number % 2 and h else n / (n + 2) for h in hidden],
            takes=n,
            performed=1.0 - number % 2,
        )
        for number, (mean, n) in enumerate(zip(means, takes.tolist(), strict=True))
    ]


def publish(conn: Connection, number: int, playing: PlayedStyle) -> str:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    key = artists.find_or_create(conn, f"Artist {number}").key
    profile = StyleProfile(
        artist=Artist(key=key, name=key),
        text_description="",
        quantitative_params={},
        playing=playing,
        confidence_score=0.5,
        confidence_parts={},
        sources_count={},
        created_at=now,
        updated_at=now,
    )
    profiles.publish(conn, profile, content_hash=key, built_from={})
    return key


def test_the_nearest_are_among_those_looked_at(conn: Connection) -> None:
    styles = population(5)
    with conn.transaction():
        keys = [publish(conn, number, style) for number, style in enumerate(styles)]
    conn.execute("ANALYZE mdg.published_profile")
    kept = []
    for number in range(ASKED):
        apart = likeness.distances(styles[number], styles)
        apart[number] = np.nan
        nearest = {keys[index] for index in np.argsort(apart)[:WANTED]}
        found = {item.key for item in neighbours.similar(conn, keys[number], limit=WANTED)}
        kept.append(len(found & nearest) / WANTED)
    assert np.mean(kept[::2]) >= 0.95, "performances"
    assert np.mean(kept[1::2]) >= 0.95, "archives"
