"""The database is stopped and started again while clients wait: nobody's task is lost, and /readyz tells the truth."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mdg_core import ports
from mdg_core.settings import ServerSettings, Settings
from mdg_core.store import embedded, requests
from mdg_core.store.connect import connect
from mdg_core.store.migrate import migrate
from mdg_serving.app import create_app
from tests.serving.asking import client_of
from tests.serving.test_api import problem, until
from tests.serving.test_tasks import queued

API = "/api/v1"


@pytest.fixture
def own() -> Iterator[Settings]:
    """A database of this test's own, that comes back on its port."""
    home = Path(tempfile.mkdtemp(prefix="mdg-test-"))
    home.chmod(0o755)
    settings = Settings(home=home, server=ServerSettings(database_port=ports.free_port("127.0.0.1")))
    try:
        migrate(embedded.start(settings))
        yield settings
    finally:
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


def ready(client: TestClient) -> bool:
    answer = client.get("/readyz")
    if answer.status_code != 200:
        problem(answer, 503)
        assert int(answer.headers["retry-after"]) > 0
    return answer.status_code == 200


def test_in_the_middle_of_a_wait(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mdg_serving.database.WAIT_SECONDS", 0.5)
    url = embedded.url(own)
    with client_of(create_app(own)) as client:
        with connect(url) as conn:
            request = queued(conn, "Rush")
        assert ready(client)
        answers: list[dict[str, object]] = []

        def wait() -> None:
            answers.append(client.get(f"{API}/task/{request.id}", headers={"Prefer": "wait=110"}).json())

        waiters = [threading.Thread(target=wait) for _ in range(3)]
        for waiter in waiters:
            waiter.start()
        changes = client.app.state.changes  # type: ignore[attr-defined]
        until(lambda: len(changes._watches.get(request.id, ())) == 3)

        embedded.stop(own)
        assert not ready(client)
        until(lambda: not changes.is_listening)
        assert not ready(client)
        assert client.get("/healthz").status_code == 200
        assert all(waiter.is_alive() for waiter in waiters), "they wait on"

        assert embedded.start(own) == url
        with connect(url) as conn:  # before the listener is back: nobody hears of it, and all look
            requests.fail(conn, request.id, attempt=1, error="no source had anything")
        for waiter in waiters:
            waiter.join(60)
        assert [answer["error"] for answer in answers] == ["no source had anything"] * 3
        until(lambda: ready(client))
        until(lambda: changes.is_listening)
    with client_of(create_app(own)) as client:
        task = client.get(f"{API}/task/{request.id}").json()
        assert (task["status"], task["error"]) == ("failed", "no source had anything"), "and after a restart of the API"
