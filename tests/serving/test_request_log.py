"""Each request has an id, which its answer and the log say."""

from __future__ import annotations

import logging

import pytest
from starlette.testclient import TestClient

from mdg_core.settings import Settings
from mdg_serving.app import create_app
from tests.drummer.profiles import rock
from tests.serving.asking import client_of
from tests.serving.conftest import Publish

API = "/api/v1"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="mdg_serving.request_log")
    return caplog


def test_the_clients_id_is_kept_and_bad_ones_are_not(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "live-7"}).headers["x-request-id"] == "live-7"
    for bad in ("", "a b", "x" * 101, "é".encode("latin-1"), 'a"b', "{}"):
        made = client.get("/healthz", headers={"X-Request-ID": bad}).headers["x-request-id"]
        assert len(made) == 32, bad
    ids = {client.get("/healthz").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    # refusals and errors have one as well
    assert "x-request-id" in client.get("/healthz", headers={"Host": "evil.example"}).headers
    assert "x-request-id" in client.get(f"{API}/nothing").headers


def test_what_changes_something_is_a_line_with_its_task(
    client: TestClient, publish: Publish, lines: pytest.LogCaptureFixture
) -> None:
    publish(rock())
    client.get(f"{API}/artists")
    asked = client.post(f"{API}/research", json={"artist": "Somebody New"}, headers={"X-Request-ID": "r1"})
    waited = client.post(f"{API}/generate", json={"artist": "Rock Drummer"}, headers={"Prefer": "wait=0"})
    client.post(f"{API}/augment/Nobody", headers={"X-MDG-Client": "test"})
    said = [record.__dict__ for record in lines.records if record.name == "mdg_serving.request_log"]
    assert [(line["message"], line["status"], line.get("task_id")) for line in said] == [
        ("POST /api/v1/research", 202, asked.json()["task_id"]),
        ("POST /api/v1/generate", 202, waited.json()["task_id"]),
        ("POST /api/v1/augment/Nobody", 404, None),
    ]
    assert all(line["caller"] == "the address testclient" for line in said)


def test_a_fault_of_ours_is_found_by_its_id(
    settings: Settings, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(settings)

    @app.get("/fault")
    def fault() -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("mdg_serving.access._OPEN", {"/fault"})
    with client_of(app) as client:
        answer = client.get("/fault", headers={"X-Request-ID": "r2"})
    assert answer.status_code == 500
    assert "request_id r2" in answer.json()["detail"]
    assert answer.headers["x-request-id"] == "r2"
    assert [record.levelname for record in lines.records if record.getMessage() == "GET /fault"] == ["WARNING"]
