"""Callers without a key, with a wrong one, with too small a one, and too often."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from mdg_core.errors import MdgError, UsageError
from mdg_core.settings import LimitSettings, ServerSettings, Settings
from mdg_core.store import keys, rates, requests
from mdg_core.store.connect import Connection, connect
from mdg_core.web import keyring
from mdg_serving.app import create_app
from tests.serving.asking import client_of

API = "/api/v1"
KEY = "a-key-of-the-settings-1"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "FRESH_SECONDS", 0.0)


def with_limits(settings: Settings, **limits: int) -> Settings:
    return settings.model_copy(update={"limits": LimitSettings(**limits)})


@pytest.mark.parametrize("given", ["", " ", ",", " , ,", "short", "one,two", "ä" * 30, "with a space in between it"])
def test_a_variable_without_a_good_key_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("MDG_API_KEYS", given)
    with pytest.raises(ValidationError, match="api_keys") as refused:
        Settings()
    assert given.strip(" ,") == "" or given not in str(refused.value)


def test_without_a_good_key_nothing_is_open(client: TestClient, conn: Connection) -> None:
    keys.add(conn, "studio", "admin")
    wrong: list[dict[str, Any]] = [
        {}, {"X-API-Key": ""}, {"X-API-Key": " "}, {"X-API-Key": "mdg_"}, {"Authorization": "Bearer"},
        {"Authorization": "Bearer "}, {"Authorization": "Basic !!!"}, {"Authorization": "Basic Og=="},
        {"Authorization": b"bearer \xff\xfe"}, {"X-API-Key": keys.digest_of("x").hex()}, {"X-API-Key": "%"},
    ]  # fmt: skip
    for headers in wrong:
        for path in (f"{API}/artists", "/metrics", f"{API}/research/X", f"{API}/nothing", "//api/v1/artists"):
            answer = client.get(path, headers=headers)
            assert answer.status_code == 401, (path, headers)
            assert answer.headers["www-authenticate"] == "Bearer"
        assert client.post(f"{API}/research", json={"nonsense": 1}, headers=headers).status_code == 401
    assert client.get("/healthz").status_code == client.get("/docs").status_code == 200


def test_a_key_opens_what_its_scope_says(client: TestClient, conn: Connection) -> None:
    made = {scope: {"X-API-Key": keys.add(conn, f"of {scope}", scope)} for scope in keys.SCOPES}

    def statuses(headers: dict[str, str]) -> tuple[int, int, int]:
        return (
            client.get(f"{API}/artists", headers=headers).status_code,
            client.post(f"{API}/research", json={"artist": "X"}, headers=headers).status_code,
            client.delete(f"{API}/artists/X", headers=headers).status_code,
        )

    assert statuses(made["read"]) == (200, 403, 403)
    assert statuses(made["generate"]) == (200, 202, 403)
    assert statuses(made["admin"]) == (200, 202, 200)
    bearer = {"Authorization": f"bearer {made['read']['X-API-Key']}"}
    assert client.get("/metrics", headers=bearer).status_code == 200
    keys.revoke(conn, "of read")
    assert client.get(f"{API}/artists", headers=made["read"]).status_code == 401
    assert client.get(f"{API}/artists", headers=made["admin"]).status_code == 200


def test_a_revoked_key_is_not_good_for_long(client: TestClient, conn: Connection, monkeypatch: Any) -> None:
    """Keys are held in memory for that long, so that a request costs no question of the database."""
    monkeypatch.setattr(keyring, "FRESH_SECONDS", 3600.0)
    header = {"X-API-Key": keys.add(conn, "studio", "read")}
    assert client.get(f"{API}/artists", headers=header).status_code == 200
    keys.revoke(conn, "studio")
    monkeypatch.setattr(keyring, "FRESH_SECONDS", 0.0)
    keys.add(conn, "other", "read")
    assert client.get(f"{API}/artists", headers=header).status_code == 401


def test_keys_are_kept_as_hashes_and_by_name(conn: Connection) -> None:
    key = keys.add(conn, "Ableton laptop", "generate")
    stored = conn.execute("SELECT * FROM api_key").fetchone()
    assert stored is not None
    assert key not in str(stored)
    assert len(key) >= 43
    assert [row.name for row in keys.in_force(conn)] == ["Ableton laptop"]
    with pytest.raises(UsageError, match="already"):
        keys.add(conn, "Ableton laptop", "read")
    for name in ("", " x", "a\nb", "x" * 61, "\u202ex"):
        with pytest.raises(UsageError, match="a key's name"):
            keys.add(conn, name, "read")
    keys.revoke(conn, "Ableton laptop")
    assert keys.in_force(conn) == []
    with pytest.raises(MdgError, match="no key named"):
        keys.revoke(conn, "Ableton laptop")
    assert keys.add(conn, "Ableton laptop", "read") != key


def test_a_key_of_the_settings_may_do_everything(settings: Settings, conn: Connection) -> None:
    with client_of(create_app(settings.model_copy(update={"api_keys": [SecretStr(KEY)]}))) as client:
        assert client.get(f"{API}/artists").status_code == 401
        assert client.get(f"{API}/artists", headers={"X-API-Key": KEY + "x"}).status_code == 401
        assert client.delete(f"{API}/artists/X", headers={"X-API-Key": KEY}).status_code == 404


def test_without_a_key_nobody_else_is_answered(settings: Settings, conn: Connection) -> None:
    """Whatever the settings say, it is the address that was connected to that counts."""
    with client_of(create_app(settings), base_url="http://192.168.7.20:8711") as client:
        answer = client.get(f"{API}/artists")
        assert answer.status_code == 403
        assert "mdg keys add" in answer.json()["detail"]
        assert client.post(f"{API}/research", json={"artist": "X"}).status_code == 403
        header = {"X-API-Key": keys.add(conn, "studio", "read")}
        assert client.get(f"{API}/artists", headers=header).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.7.20", "studio.local", ""])
def test_the_app_does_not_start_open_to_others(settings: Settings, conn: Connection, host: str) -> None:
    opened = settings.model_copy(update={"server": ServerSettings(host=host)})
    with pytest.raises(MdgError, match="mdg keys add"), client_of(create_app(opened)):
        pass
    keys.add(conn, "studio", "read")
    with client_of(create_app(opened)) as client:
        assert client.get(f"{API}/artists").status_code == 401
        keys.revoke(conn, "studio")  # the last one: nobody gets in by that
        assert client.get(f"{API}/artists").status_code == 403


def test_the_key_is_looked_at_before_the_body(settings: Settings, conn: Connection) -> None:
    app = create_app(settings.model_copy(update={"api_keys": [SecretStr(KEY)]}))
    read = []

    async def body() -> AsyncIterator[bytes]:
        for _ in range(3):
            read.append(True)
            yield b" " * 1000

    async def ask() -> int:
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                headers = {"Content-Type": "application/json"}
                answer = await client.post(f"{API}/generate", content=body(), headers=headers)
                return answer.status_code

    assert anyio.run(ask) == 401
    assert read == []


def test_so_many_an_hour_and_no_more(settings: Settings, conn: Connection) -> None:
    few = with_limits(settings, research=3)
    with client_of(create_app(few)) as one, client_of(create_app(few)) as other:
        for turn, client in enumerate((one, other, one)):
            answer = client.post(f"{API}/research", json={"artist": "X"})
            assert answer.status_code == 202
            assert answer.headers["ratelimit-policy"] == '"research";q=3;w=3600'
            assert answer.headers["ratelimit"].startswith(f'"research";r={2 - turn};t=')
        for client in (one, other):
            answer = client.post(f"{API}/research", json={"artist": "X"})
            assert answer.status_code == 429
            assert 3000 < int(answer.headers["retry-after"]) <= 3600
            assert answer.headers["ratelimit"].startswith('"research";r=0;t=')
            assert "come again in" in answer.json()["detail"]
        # reads, and other work, go on
        assert one.get(f"{API}/research/X").status_code == 200
        assert one.post(f"{API}/generate", json={"artist": "X"}).status_code == 202
        # the hour ends
        conn.execute("UPDATE rate_use SET began = began - interval '1 hour'")
        assert one.post(f"{API}/research", json={"artist": "X"}).status_code == 202


def test_each_key_has_its_own_hour(settings: Settings, conn: Connection) -> None:
    mine, yours = ({"X-API-Key": keys.add(conn, name, "generate")} for name in ("mine", "yours"))
    with client_of(create_app(with_limits(settings, research=1))) as client:
        for headers, status in ((mine, 202), (mine, 429), (yours, 202), (yours, 429)):
            answer = client.post(f"{API}/research", json={"artist": "X"}, headers=headers)
            assert answer.status_code == status


def test_a_stated_address_is_nobodys(settings: Settings, conn: Connection) -> None:
    with client_of(create_app(with_limits(settings, research=1))) as client:
        statuses = [
            client.post(f"{API}/research", json={"artist": "X"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
            for n in range(3)
        ]
    assert statuses == [202, 429, 429]


@pytest.mark.parametrize("limit", [7, 250, 1000])
def test_reads_are_counted_by_the_lease_and_to_the_number(settings: Settings, conn: Connection, limit: int) -> None:
    many = with_limits(settings, reads=limit)
    with client_of(create_app(many)) as one, client_of(create_app(many)) as other:
        statuses = [client.get(f"{API}/artists").status_code for _ in range(limit // 2 + 60) for client in (one, other)]
    assert set(statuses) == {200, 429}
    assert limit - max(1, limit // 100) <= statuses.count(200) <= limit


def test_draws_at_once_are_all_counted(database_url: str, conn: Connection) -> None:
    def draw() -> None:
        with connect(database_url) as own:
            for _ in range(20):
                rates.draw(own, "somebody", "generation", 1)

    threads = [threading.Thread(target=draw) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rates.draw(conn, "somebody", "generation", 1).used == 101


def test_the_queue_is_not_filled_by_one(settings: Settings, conn: Connection) -> None:
    with client_of(create_app(with_limits(settings, open_research=3))) as client:
        for number in range(3):
            assert client.post(f"{API}/research", json={"artist": f"Artist {number}"}).status_code == 202
        for path in ("research", "generate"):
            answer = client.post(f"{API}/{path}", json={"artist": "One More"})
            assert answer.status_code == 429, answer.text
            assert 5 <= int(answer.headers["retry-after"]) <= 900
        assert requests.counts(conn) == {"queued": 3}
        # what is open already may be joined, and the others have their own share
        assert client.post(f"{API}/research", json={"artist": "Artist 1"}).status_code == 202
        done = requests.latest(conn, "artist-0")
        assert done is not None
        requests.fail(conn, done.id, attempt=1, error="no source answered")
        assert client.post(f"{API}/research", json={"artist": "One More"}).status_code == 202


def test_the_share_holds_for_requests_at_once(settings: Settings, conn: Connection) -> None:
    with client_of(create_app(with_limits(settings, open_research=5))) as client:
        statuses: list[int] = []

        def ask(number: int) -> None:
            statuses.append(client.post(f"{API}/research", json={"artist": f"Artist {number}"}).status_code)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(statuses) == [202] * 5 + [429] * 7
