"""What of clips and history goes with age and size, and that nothing else does."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from mdg_core.settings import RetentionSettings
from mdg_core.store import artists, generations, profiles, requests, retention
from mdg_core.store.connect import Connection
from mdg_pipeline.retention import Removed, remove_old
from tests.drummer.profiles import rock
from tests.pipeline.conftest import Pipeline

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ALL = RetentionSettings(clips_days=0, clips_megabytes=0, history_days=0)


@pytest.fixture
def artist(conn: Connection) -> str:
    return artists.find_or_create(conn, "Rock Drummer").key


def generation(conn: Connection, artist: str, *, days: float, size: int = 100) -> UUID:
    """One that was asked for so many days ago, with two clips of `size` bytes that do not compress."""
    made = uuid4()
    midi = [random.Random(f"{days} {index}").randbytes(size) for index in range(2)]
    generations.add_completed(conn, made, artist, {}, result='{"x": 1}', midi=midi, profile_version=1)
    conn.execute("UPDATE generation SET created_at = %s WHERE id = %s", (NOW - timedelta(days=days), made))
    return made


def kept(conn: Connection) -> set[UUID]:
    found = {row["id"] for row in conn.execute("SELECT id FROM generation").fetchall()}
    clips = conn.execute("SELECT generation_id AS id FROM generation_clip").fetchall()
    assert {row["id"] for row in clips} <= found
    return found


def test_generations_go_with_age(conn: Connection, artist: str) -> None:
    _, young = (generation(conn, artist, days=days) for days in (31, 29))
    working = generations.create(conn, artist, {}, claimed=True).id
    conn.execute("UPDATE generation SET created_at = %s WHERE id = %s", (NOW - timedelta(days=400), working))
    settings = ALL.model_copy(update={"clips_days": 30})
    assert remove_old(conn, settings, NOW) == Removed(1, 0, 0)
    assert kept(conn) == {young, working}
    assert remove_old(conn, settings, NOW) == Removed(0, 0, 0)
    assert remove_old(conn, ALL, NOW) == Removed(0, 0, 0)


def test_beyond_the_size_the_oldest_go(conn: Connection, artist: str) -> None:
    made = [generation(conn, artist, days=days, size=200_000) for days in (4, 3, 2, 1)]
    assert retention.clips_beyond(conn, 2_000_000) is None
    assert remove_old(conn, ALL.model_copy(update={"clips_megabytes": 1}), NOW) == Removed(2, 0, 0)
    assert kept(conn) == set(made[2:])


def test_much_goes_in_portions(conn: Connection, artist: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PORTION", 3)
    for days in range(8):
        generation(conn, artist, days=100 + days)
    assert retention.drop_generations(conn, NOW) == 8
    assert kept(conn) == set()


def ended(conn: Connection, artist: str, *, days: float) -> UUID:
    request, _ = requests.submit(conn, artist)
    requests.fail(conn, request.id, attempt=1, error="no source answered")
    conn.execute("UPDATE research_request SET created_at = %s WHERE id = %s", (NOW - timedelta(days=days), request.id))
    return request.id


def test_requests_go_but_an_artists_latest(conn: Connection, artist: str) -> None:
    other = artists.find_or_create(conn, "Jazz Drummer").key
    oldest, named, latest = (ended(conn, artist, days=days) for days in (900, 850, 800))
    only = ended(conn, other, days=900)
    generations.create(conn, artist, {}, research_id=named)
    conn.execute(
        "INSERT INTO llm_call (provider, model, purpose, reserved_usd, at) VALUES ('local', 'm', 'clip', 0, %s)",
        (NOW - timedelta(days=800),),
    )
    assert remove_old(conn, ALL.model_copy(update={"history_days": 730}), NOW) == Removed(0, 1, 1)
    left = {row["id"] for row in conn.execute("SELECT id FROM research_request").fetchall()}
    assert left == {named, latest, only}
    assert oldest not in left


def test_profiles_stay_whatever_goes(conn: Connection, artist: str) -> None:
    with conn.transaction():
        profiles.publish(conn, rock(), content_hash="x", built_from={})
    conn.execute("UPDATE style_profile SET created_at = %s", (NOW - timedelta(days=9000),))
    ended(conn, artist, days=9000)
    generation(conn, artist, days=9000)
    remove_old(conn, RetentionSettings(clips_days=1, clips_megabytes=1, history_days=1), NOW)
    found = profiles.published(conn, artist)
    assert found is not None
    assert found.profile == rock().model_copy(update={"version": found.profile.version})
    assert kept(conn) == set()


def test_old_rows_are_found_by_their_index(conn: Connection, artist: str) -> None:
    for index, statement in (
        ("generation_ended", "SELECT id FROM generation WHERE created_at <= now() "
         "AND status NOT IN ('queued', 'researching', 'generating') ORDER BY created_at LIMIT 500"),
        ("research_request_ended", "SELECT id FROM research_request WHERE created_at <= now() "
         "AND finished_at IS NOT NULL ORDER BY created_at LIMIT 500"),
        ("llm_call_by_time", "SELECT id FROM llm_call WHERE at <= now() ORDER BY at LIMIT 500"),
    ):  # fmt: skip
        with conn.transaction(force_rollback=True):
            conn.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            plan = "\n".join(row["QUERY PLAN"] for row in conn.execute(f"EXPLAIN {statement}").fetchall())
        assert f"using {index}" in plan, plan
        assert "Sort" not in plan, plan


def test_the_job_removes_and_says_what(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDG_RETENTION__CLIPS_DAYS", "30")
    artist = artists.find_or_create(pipeline.conn, "Rock Drummer").key
    generation(pipeline.conn, artist, days=(NOW - datetime.now(UTC)).days + 31)
    young = generation(pipeline.conn, artist, days=(NOW - datetime.now(UTC)).days + 29)
    result = pipeline.defs.resolve_job_def("remove_old_history").execute_in_process(instance=pipeline.instance)
    assert result.success
    assert kept(pipeline.conn) == {young}
