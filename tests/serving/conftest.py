"""An API on the database of the test session, and artists published in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import pytest
from starlette.testclient import TestClient

from mdg_core.profile import StyleProfile
from mdg_core.settings import Settings
from mdg_core.store import artists, profiles
from mdg_core.store.connect import Connection
from mdg_serving.app import create_app
from tests.serving.asking import client_of

Publish = Callable[..., None]


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url)


@pytest.fixture
def client(settings: Settings, conn: Connection) -> Iterator[TestClient]:
    """A client of the API on empty tables."""
    with client_of(create_app(settings)) as api:
        yield api


@pytest.fixture
def publish(conn: Connection) -> Publish:
    """Publish a profile under its artist's name, at a place of its own in the embedding space."""

    def publish_profile(profile: StyleProfile, embedding: Sequence[float] | None = None) -> None:
        artists.find_or_create(conn, profile.artist.name)
        drawn = random.Random(profile.artist.key)
        with conn.transaction():
            profiles.publish(
                conn,
                profile,
                content_hash=f"{profile.artist.key}-{profile.confidence_score}-{len(profile.patterns)}",
                built_from={},
            )
            profiles.store_embedding(conn, profile.artist.key, embedding or [drawn.gauss(0, 1) for _ in range(384)])

    return publish_profile
