"""Idempotency-Key: a request that is sent twice is done once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from mdg_core.store import idempotency, requests
from mdg_core.store.connect import Connection
from mdg_core.store.idempotency import Begun
from mdg_serving.app import create_app
from mdg_serving.limits import MAX_BODY_BYTES
from tests.drummer.profiles import rock
from tests.serving.asking import client_of
from tests.serving.conftest import Publish

API = "/api/v1"
BODY = {"artist": "Rock Drummer", "bars": 1, "variations": 1}


def post(client: TestClient, key: str, body: Any = None, path: str = "generate") -> Any:
    return client.post(f"{API}/{path}", json=body or BODY, headers={"Idempotency-Key": key})


def test_the_same_again_is_answered_as_before(client: TestClient, publish: Publish, conn: Connection) -> None:
    publish(rock())
    first, again, quoted = (post(client, key) for key in ("one", "one", '"one"'))
    assert first.status_code == again.status_code == 200
    assert first.content == again.content == quoted.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert post(client, "two").json()["generation_id"] != first.json()["generation_id"]
    assert post(client, "one", BODY | {"bars": 2}).status_code == 422
    assert post(client, "one", {"artist": "Rock Drummer"}, "research").status_code == 422


def test_a_key_is_its_callers(client: TestClient, conn: Connection) -> None:
    digest = b"0" * 32
    begun = idempotency.begin(conn, "key studio", "one", digest)
    assert isinstance(begun, Begun)
    assert isinstance(idempotency.begin(conn, "key other", "one", digest), Begun)
    with pytest.raises(idempotency.UnderWay):
        idempotency.begin(conn, "key studio", "one", digest)
    with pytest.raises(idempotency.OtherRequest):
        idempotency.begin(conn, "key studio", "one", b"1" * 32)


@pytest.mark.parametrize(("age", "status"), [("25 hours", 202), ("4 minutes", None)])
def test_old_keys_and_those_of_dead_processes_are_free(conn: Connection, age: str, status: int | None) -> None:
    begun = idempotency.begin(conn, "me", "one", b"0" * 32)
    assert isinstance(begun, Begun)
    conn.execute(
        "UPDATE idempotency_key SET began_at = began_at - %s::interval, status = %s, headers = '[]', body = ''",
        (age, status),
    )
    later = idempotency.begin(conn, "me", "one", b"1" * 32)
    assert isinstance(later, Begun)
    idempotency.keep(conn, begun, 200, [], b"late")  # the first one's answer does not take the second one's place
    with pytest.raises(idempotency.UnderWay):
        idempotency.begin(conn, "me", "one", b"1" * 32)


def test_a_refusal_is_not_kept(client: TestClient, publish: Publish) -> None:
    path = "augment/Rock Drummer"
    assert post(client, "one", {}, path).status_code == 404
    publish(rock())
    assert post(client, "one", {}, path).status_code == 202


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "schlüssel".encode().decode("latin-1")])
def test_a_key_that_is_none(client: TestClient, key: str) -> None:
    answer = client.post(f"{API}/generate", json=BODY, headers={b"Idempotency-Key": key.encode("latin-1")})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


def test_a_body_over_the_cap(client: TestClient) -> None:
    def chunks() -> Any:
        for _ in range(MAX_BODY_BYTES // 1000 + 2):
            yield b"x" * 1000

    headers = {"Idempotency-Key": "one", "Content-Type": "application/json"}
    assert client.post(f"{API}/generate", content=chunks(), headers=headers).status_code == 413


def test_one_request_of_many_at_once_is_done_by_two_workers(
    client: TestClient, settings: Any, publish: Publish, conn: Connection
) -> None:
    answers: list[Any] = []
    with client_of(create_app(settings)) as other:

        def ask(number: int) -> None:
            answers.append(post((client, other)[number % 2], "one", {"artist": "Nobody Yet"}, "research"))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {answer.status_code for answer in answers} <= {202, 409}
        assert len({answer.content for answer in answers if answer.status_code == 202}) == 1
        assert post(other, "one", {"artist": "Nobody Yet"}, "research").json()["created"] is True
    assert requests.counts(conn) == {"queued": 1}
