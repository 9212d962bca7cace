"""Tasks: progress by source, place in the queue and estimate, waiting, cancelling and asking again."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from mdg_core.settings import LimitSettings, Settings
from mdg_core.store import artists, generations, identities, keys, requests
from mdg_core.store.connect import Connection, connect
from mdg_core.store.identities import Identity
from mdg_core.store.requests import Depth, SourceProgress
from mdg_core.store.standing import standing
from mdg_serving.app import create_app
from tests.drummer.profiles import rock
from tests.serving.asking import client_of
from tests.serving.conftest import Publish
from tests.serving.test_api import problem, until

API = "/api/v1"
CLIENT = {"X-MDG-Client": "test"}


def queued(conn: Connection, name: str, depth: Depth = "full") -> requests.ResearchRequest:
    return requests.submit(conn, artists.find_or_create(conn, name).key, depth=depth)[0]


def took(conn: Connection, depth: Depth, *seconds: float) -> None:
    """Past researches of that depth."""
    for each in seconds:
        request = queued(conn, f"Past {depth} {each}", depth)
        requests.claim(conn, request.id, "run", 1)
        requests.complete(conn, request.id, "run", message="", result={})
        conn.execute(
            "UPDATE research_request SET started_at = finished_at - make_interval(secs => %s) WHERE id = %s",
            (each, request.id),
        )


def task_of(client: TestClient, task_id: object, **params: Any) -> dict[str, Any]:
    answer = client.get(f"{API}/task/{task_id}", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def post(client: TestClient, task_id: object, what: str) -> Any:
    return client.post(f"{API}/task/{task_id}/{what}", headers=CLIENT)


def test_progress_by_source(client: TestClient, conn: Connection) -> None:
    request = queued(conn, "Rush")
    assert task_of(client, request.id)["sources"] == []
    requests.claim(conn, request.id, "run", 1)
    sources = {
        "midi": [
            SourceProgress("library", "found", "2 files", None, 2, ("a", "b")),
            SourceProgress("bitmidi", "asking"),
        ],
        "papers": [SourceProgress("arxiv", "failed", "arxiv does not answer", "timed_out")],
        "identity": [SourceProgress("musicbrainz", "found", "Rush")],
    }
    requests.report(conn, request.id, "run", stage="sources", progress=20, message="", sources=sources)
    done = [SourceProgress("library", "found", "2 files", None, 2, ("a", "b")), SourceProgress("bitmidi", "empty")]
    requests.report(conn, request.id, "run", stage="sources", progress=30, message="", sources={"midi": done})
    shown = task_of(client, request.id)["sources"]
    assert [(each["kind"], each["source"], each["status"]) for each in shown] == [
        ("identity", "musicbrainz", "found"),
        ("papers", "arxiv", "failed"),
        ("midi", "library", "found"),
        ("midi", "bitmidi", "empty"),
    ]
    assert (shown[1]["cause"], shown[1]["message"]) == ("timed_out", "arxiv does not answer")
    flat = task_of(client, request.id, notes_flat=True)["sources"]
    assert list(flat) == ["1", "2", "3", "4"]
    assert flat["3"] == {"kind": "midi", "source": "library", "status": "found", "documents": 2}
    assert (shown[2]["documents"], shown[2]["titles"]) == (2, ["a", "b"])
    requests.requeue(conn, request.id, attempt=1, reason="died")
    requests.claim(conn, request.id, "run-2", 2)
    assert task_of(client, request.id)["sources"] == [], "another attempt asks anew"


def test_position_and_estimate(client: TestClient, conn: Connection) -> None:
    first, second, third = queued(conn, "A"), queued(conn, "B"), queued(conn, "C", "quick")
    shown = [task_of(client, each.id) for each in (first, second, third)]
    assert [(each["position"], each["estimate_seconds"]) for each in shown] == [(1, None), (2, None), (3, None)]
    took(conn, "full", 100, 110, 400)
    took(conn, "quick", 20)
    shown = [task_of(client, each.id) for each in (first, second, third)]
    assert [each["position"] for each in shown] == [1, 2, 3]
    assert [each["estimate_seconds"] for each in shown] == [110, 110, 130], "two at once, the third after half of both"
    requests.claim(conn, first.id, "run", 1)
    shown = [task_of(client, each.id) for each in (first, second, third)]
    assert [each["position"] for each in shown] == [None, 1, 2]
    assert shown[0]["estimate_seconds"] in range(105, 111)


@pytest.mark.parametrize(("passed", "left"), [(0, 110), (105, 150), (300, 100), (500, None)])
def test_the_estimate_of_a_research_that_takes_longer(conn: Connection, passed: int, left: int | None) -> None:
    took(conn, "full", 100, 110, 400)
    request = queued(conn, "A")
    requests.claim(conn, request.id, "run", 1)
    with conn.transaction():  # one moment
        conn.execute(
            "UPDATE research_request SET started_at = now() - make_interval(secs => %s) WHERE id = %s",
            (passed, request.id),
        )
        assert standing(conn, request, places=2).seconds == left


def test_an_ended_task_has_neither(client: TestClient, conn: Connection) -> None:
    took(conn, "full", 10)
    request = queued(conn, "A")
    requests.fail(conn, request.id, attempt=1, error="no")
    shown = task_of(client, request.id)
    assert (shown["position"], shown["estimate_seconds"]) == (None, None)


def test_cancel_and_again(client: TestClient, conn: Connection) -> None:
    request = queued(conn, "Rush", "quick")
    for _ in range(2):
        answer = post(client, request.id, "cancel")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert client.get(f"{API}/research/Rush").json()["status"] == "none"
    answer = post(client, request.id, "retry")
    assert answer.status_code == 202
    again = answer.json()
    assert answer.headers["location"] == f"{API}/task/{again['task_id']}"
    assert (again["status"], again["kind"], again["task_id"] != str(request.id)) == ("queued", "research", True)
    assert post(client, request.id, "retry").json()["task_id"] == again["task_id"], "an artist has one open request"
    new = requests.get(conn, again["task_id"])
    assert new
    assert new.depth == "quick"


def test_cancelling_what_a_run_works_on_takes_its_claim(client: TestClient, conn: Connection) -> None:
    request = queued(conn, "Rush")
    requests.claim(conn, request.id, "run", 1)
    assert post(client, request.id, "cancel").json()["status"] == "cancelled"
    assert not requests.beat(conn, request.id, "run")
    assert not requests.report(conn, request.id, "run", stage="sources", progress=10, message="")
    assert not requests.complete(conn, request.id, "run", message="", result={})
    assert task_of(client, request.id)["status"] == "cancelled"


def test_what_has_ended_is_not_cancelled_and_what_was_done_not_tried_again(
    client: TestClient, conn: Connection
) -> None:
    request = queued(conn, "Rush")
    assert "under way" in problem(post(client, request.id, "retry"), 409)["detail"]
    requests.claim(conn, request.id, "run", 1)
    requests.complete(conn, request.id, "run", message="", result={})
    assert "completed" in problem(post(client, request.id, "cancel"), 409)["detail"]
    assert "was done" in problem(post(client, request.id, "retry"), 409)["detail"]
    for what in ("cancel", "retry"):
        problem(post(client, uuid4(), what), 404)
        problem(post(client, "no-id", what), 404)
        problem(client.post(f"{API}/task/{request.id}/{what}"), 415)


def test_a_name_of_several_artists_is_not_tried_again_without_a_decision(client: TestClient, conn: Connection) -> None:
    request = queued(conn, "Genesis")
    candidate = identities.ListedCandidate(str(uuid4()), "Genesis", "an English band")
    identities.save(conn, Identity("genesis", "Genesis", "musicbrainz", 0.5, candidates=(candidate,)))
    requests.fail(conn, request.id, attempt=1, error="several")
    assert problem(post(client, request.id, "retry"), 409)["candidates"][0]["name"] == "Genesis"


def test_a_generation_is_cancelled_and_tried_again(client: TestClient, conn: Connection, publish: Publish) -> None:
    asked = client.post(f"{API}/generate", json={"artist": "Nobody Yet", "seed": 5}).json()
    took(conn, "full", 60)
    shown = task_of(client, asked["task_id"])
    assert (shown["research_task_id"], shown["position"]) == (asked["research_task_id"], 1)
    assert shown["estimate_seconds"] == 60
    assert post(client, asked["task_id"], "cancel").json()["status"] == "cancelled"
    assert task_of(client, asked["research_task_id"])["status"] == "queued", "it is a task of its own"
    known = rock()
    publish(
        known.model_copy(update={"artist": known.artist.model_copy(update={"key": "nobody-yet", "name": "Nobody Yet"})})
    )
    again = post(client, asked["task_id"], "retry").json()
    done = until(lambda: (t := task_of(client, again["task_id"]))["status"] == "completed" and t)
    assert done["result"]["seed"] == 5
    first = generations.get(conn, asked["task_id"])
    assert first
    assert first.status == "cancelled"


def test_a_generation_fails_when_its_research_is_cancelled(client: TestClient) -> None:
    asked = client.post(f"{API}/generate", json={"artist": "Nobody Yet"}).json()
    post(client, asked["research_task_id"], "cancel")
    done = until(lambda: (t := task_of(client, asked["task_id"]))["status"] == "failed" and t)
    assert "cancelled" in done["error"]


def test_waiting_for_a_task(client: TestClient, conn: Connection, database_url: str) -> None:
    request = queued(conn, "Rush")
    assert client.get(f"{API}/task/{request.id}", headers={"Prefer": "wait=1"}).json()["status"] == "queued"
    answers: list[dict[str, Any]] = []

    def wait() -> None:
        answers.append(client.get(f"{API}/task/{request.id}", headers={"Prefer": "wait=60"}).json())

    waiters = [threading.Thread(target=wait) for _ in range(5)]
    for waiter in waiters:
        waiter.start()
    changes = client.app.state.changes  # type: ignore[attr-defined]
    until(lambda: len(changes._watches.get(request.id, ())) == 5)
    with connect(database_url) as other:
        requests.claim(other, request.id, "run", 1)
        requests.report(other, request.id, "run", stage="sources", progress=10, message="")
        requests.fail(other, request.id, attempt=1, error="no source had anything")
    for waiter in waiters:
        waiter.join(30)
    assert [each["error"] for each in answers] == ["no source had anything"] * 5
    assert not changes._watches, "nobody is left behind"


def test_who_waits_does_not_look_until_it_ends(
    client: TestClient, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[object] = []
    real = requests.get
    monkeypatch.setattr(requests, "get", lambda conn, request_id: reads.append(request_id) or real(conn, request_id))
    request = queued(conn, "Rush")
    requests.claim(conn, request.id, "run", 1)
    answers: list[dict[str, Any]] = []
    headers = {"Prefer": "wait=60"}
    waiter = threading.Thread(
        target=lambda: answers.append(client.get(f"{API}/task/{request.id}", headers=headers).json())
    )
    waiter.start()
    until(lambda: client.app.state.changes._watches)  # type: ignore[attr-defined]
    for percent in range(50):
        requests.report(conn, request.id, "run", stage="sources", progress=percent, message=str(percent))
    requests.complete(conn, request.id, "run", message="done", result={})
    waiter.join(30)
    assert answers[0]["message"] == "done"
    assert len(reads) <= 4


def test_a_server_that_stops_sends_who_waits_home(client: TestClient, conn: Connection) -> None:
    request = queued(conn, "Rush")
    answers: list[dict[str, Any]] = []
    waiter = threading.Thread(
        target=lambda: answers.append(client.get(f"{API}/task/{request.id}", headers={"Prefer": "wait=100"}).json())
    )
    waiter.start()
    changes = client.app.state.changes  # type: ignore[attr-defined]
    until(lambda: changes._watches)
    client.portal.call(changes.release)  # type: ignore[union-attr]
    waiter.join(30)
    assert [each["status"] for each in answers] == ["queued"]


def test_a_caller_needs_the_scope_generate(settings: Settings, conn: Connection) -> None:
    request = queued(conn, "Rush")
    reader, maker = keys.add(conn, "reader", "read"), keys.add(conn, "maker", "generate")
    with client_of(create_app(settings)) as client:
        refused = client.post(f"{API}/task/{request.id}/cancel", headers=CLIENT | {"X-API-Key": reader})
        problem(refused, 403)
        for what in ("cancel", "retry"):
            answer = client.post(f"{API}/task/{request.id}/{what}", headers=CLIENT | {"X-API-Key": maker})
            assert answer.is_success, answer.text


def test_cancelling_is_possible_when_the_hour_is_used_up(settings: Settings, conn: Connection) -> None:
    limits = settings.model_copy(update={"limits": LimitSettings(research=1)})
    with client_of(create_app(limits)) as client:
        task = client.post(f"{API}/research", json={"artist": "Rush"}).json()["task_id"]
        problem(client.post(f"{API}/research", json={"artist": "Yes"}), 429)
        assert post(client, task, "cancel").status_code == 200
        problem(post(client, task, "retry"), 429)


def test_the_openapi_document_declares_every_status(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    every = {"400", "401", "403", "429", "503"}
    assert set(paths[f"{API}/task/{{task_id}}"]["get"]["responses"]) == every | {"200", "404", "422"}
    events = paths[f"{API}/task/{{task_id}}/events"]["get"]["responses"]
    assert set(events) == every | {"200", "204", "404", "422"}
    assert list(events["200"]["content"]) == ["text/event-stream"]
    assert set(paths[f"{API}/task/{{task_id}}/cancel"]["post"]["responses"]) == every | {
        "200",
        "404",
        "409",
        "413",
        "415",
        "422",
    }
    retry = set(paths[f"{API}/task/{{task_id}}/retry"]["post"]["responses"])
    assert retry == every | {"202", "404", "409", "413", "415", "422"}
