"""Who is connected to whom, and what that does to the ranking of similar artists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from mdg_core import likeness
from mdg_core.artist import artist_key
from mdg_core.connections import CONNECTION_BONUS, Lineup
from mdg_core.profile import Artist, Collaborator, StyleProfile
from mdg_core.store import artists, neighbours, profiles
from mdg_core.store.connect import Connection

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def band(name: str) -> Collaborator:
    return Collaborator(name=name, relation="band of the drummer")


def mate(name: str) -> Collaborator:
    return Collaborator(name=name, relation="played with", documents=1)


def lineup(name: str, drummers: Sequence[str] = (), collaborators: Sequence[Collaborator] = ()) -> Lineup:
    artist = Artist(key=artist_key(name), name=name, drummers=list(drummers))
    return Lineup(artist=artist, collaborators=list(collaborators))


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (lineup("Lever", ["Dana Whitlock"]), lineup("Latch", ["Otis Grady", "DANA  WHITLOCK"]), ["shared drummer"]),
        (lineup("Lever", ["Dana Whitlock"]), lineup("Dana Whitlock"), ["shared drummer Dana Whitlock"]),
        (lineup("Lever", (), [band("The Hinge")]), lineup("The Hinge"), ["band of the drummer"]),
        (lineup("Lever"), lineup("Nora Finch", (), [mate("lever")]), ["collaborator"]),
        (lineup("Lever", (), [mate("...")]), lineup("Leverage"), []),
        (lineup("Lever", ["Dana"]), lineup("Lever Park", ["Ana"]), []),
    ],
)
def test_reasons(one: Lineup, other: Lineup, reasons: list[str]) -> None:
    for found in (one.reasons(other), other.reasons(one)):
        assert len(found) == len(reasons)
        assert all(said.startswith(reason) for said, reason in zip(found, reasons, strict=True))


@pytest.fixture(autouse=True)
def _scale_of_cosines(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 - distance is the score, so that the cosines below are what is compared."""
    even = likeness.Scale(likeness.QUANTILES, likeness.QUANTILES)
    monkeypatch.setattr(likeness, "default_scale", lambda: even)


def publish(conn: Connection, who: Lineup, *embedding: float) -> None:
    artists.find_or_create(conn, who.artist.name)
    profile = StyleProfile(
        artist=who.artist,
        text_description="",
        quantitative_params={},
        collaborators=who.collaborators,
        confidence_score=0.5,
        confidence_parts={},
        sources_count={},
        created_at=NOW,
        updated_at=NOW,
    )
    padded = [*embedding, *[0.0] * (384 - len(embedding))]
    with conn.transaction():
        profiles.publish(conn, profile, content_hash=who.artist.key, built_from={})
        profiles.store_embedding(conn, who.artist.key, padded)


def test_a_connection_is_named_and_ranks_a_little_higher(conn: Connection) -> None:
    publish(conn, lineup("Lever", ["Dana Whitlock"], [mate("Nora Finch")]), 1.0, 0.0)
    publish(conn, lineup("Stranger"), 0.8, 0.6)
    publish(conn, lineup("Nora Finch"), 0.78, 0.6258)
    publish(conn, lineup("Latch", ["Dana Whitlock"]), 0.6, 0.8)
    publish(conn, lineup("Lever Park"), 0.0, 1.0)
    found = neighbours.similar(conn, "lever")
    assert [item.key for item in found] == ["nora-finch", "stranger", "latch", "lever-park"]
    assert [item.because for item in found] == [("collaborator",), (), ("shared drummer Dana Whitlock",), ()]
    assert found[0].similarity == pytest.approx(0.78, abs=1e-3), "of the styles alone"
    assert found[0].similarity + CONNECTION_BONUS > found[1].similarity > found[0].similarity
    back = {item.key: item.because for item in neighbours.similar(conn, "nora-finch")}
    assert back["lever"] == ("collaborator",), "both ways"


def test_whom_the_profile_names_is_looked_at_however_far(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_POOL", 0)
    publish(conn, lineup("Lever", (), [mate("Nora Finch")]), 1.0, 0.0)
    for number in range(9):
        publish(conn, lineup(f"Stranger {number}"), 0.5, 0.866)
    publish(conn, lineup("Nora Finch"), 0.46, 0.888)
    assert [item.key for item in neighbours.similar(conn, "lever", limit=1)] == ["nora-finch"]


def test_an_artist_without_a_profile_is_like_nobody(conn: Connection) -> None:
    assert neighbours.similar(conn, "nobody") == []
