"""Server-sent events of a task, over a real connection."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from mdg_core.settings import LimitSettings, Settings
from mdg_core.store import generations, requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import SourceProgress
from mdg_serving import changes
from mdg_serving.api import events
from mdg_serving.app import create_app
from tests.serving.live import served
from tests.serving.test_tasks import queued

API = "/api/v1"
Event = tuple[str, str, dict[str, Any]]


@pytest.fixture
def app(settings: Settings, conn: Connection) -> FastAPI:
    return create_app(settings.model_copy(update={"limits": LimitSettings(open_streams=2)}))


@pytest.fixture
def http(app: FastAPI) -> Iterator[httpx.Client]:
    with served(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


@contextmanager
def streamed(http: httpx.Client, task_id: object, **headers: str) -> Iterator[Iterator[str]]:
    """The lines as they come."""
    with http.stream("GET", f"{API}/task/{task_id}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer.iter_lines()


def next_event(lines: Iterator[str]) -> Event:
    """The next one: name, id, data. Comments are passed over."""
    fields: dict[str, str] = {}
    for line in lines:
        if not line and "data" in fields:
            return fields["event"], fields["id"], json.loads(fields["data"])
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
    raise AssertionError("the stream ended")


def events_of(lines: Iterator[str]) -> Iterator[Event]:
    while True:
        yield next_event(lines)


def settled(events: Iterator[Event], what: str, value: object) -> Event:
    return next(event for event in events if event[2][what] == value)


def test_from_the_queue_to_the_end(http: httpx.Client, conn: Connection) -> None:
    request = queued(conn, "Rush")
    with streamed(http, request.id) as lines:
        every = events_of(lines)
        name, _, task = next(every)
        assert (name, task["status"], task["position"]) == ("progress", "queued", 1)
        requests.claim(conn, request.id, "run", 1)
        assert settled(every, "status", "researching")[0] == "progress"
        sources = {"midi": [SourceProgress("library", "found", "", None, 1, ("live",))]}
        requests.report(conn, request.id, "run", stage="sources", progress=30, message="", sources=sources)
        assert settled(every, "progress", 30)[2]["sources"][0]["titles"] == ["live"]
        requests.complete(conn, request.id, "run", message="done", result={"profile_version": 1})
        name, _, task = next(every)
        assert (name, task["status"], task["result"]) == ("end", "completed", {"profile_version": 1})
        assert list(lines) == [], "and that is all"


def test_a_client_that_comes_again_is_told_what_is_new(http: httpx.Client, conn: Connection) -> None:
    request = queued(conn, "Rush")
    with streamed(http, request.id) as lines:
        _, known, _ = next_event(lines)
    with streamed(http, request.id, **{"Last-Event-ID": known}) as lines:
        assert next(lines) == ": nothing new"
        requests.claim(conn, request.id, "run", 1)
        assert next_event(lines)[2]["status"] == "researching"
    requests.fail(conn, request.id, attempt=1, error="no")
    with streamed(http, request.id, **{"Last-Event-ID": known}) as lines:
        name, end, _ = next_event(lines)
    assert name == "end"
    assert http.get(f"{API}/task/{request.id}/events", headers={"Last-Event-ID": end}).status_code == 204


def test_a_generation_is_told_of_its_research(http: httpx.Client, conn: Connection) -> None:
    asked = http.post(f"{API}/generate", json={"artist": "Nobody Yet"}).json()
    with streamed(http, asked["task_id"]) as lines:
        every = events_of(lines)
        assert next(every)[2]["stage"] == "research: queued"
        research = requests.latest(conn, "nobody-yet")
        assert research
        requests.claim(conn, research.id, "run", 1)
        requests.report(conn, research.id, "run", stage="sources", progress=50, message="listening")
        assert settled(every, "progress", 45)[2]["message"] == "listening"
        requests.cancel(conn, research.id)
        assert settled(every, "status", "failed")[0] == "end"


def test_one_task_is_waited_for_in_every_way_at_once(http: httpx.Client, conn: Connection) -> None:
    wait = {"Prefer": "wait=60"}
    with ThreadPoolExecutor(4) as pool:
        made = pool.submit(http.post, f"{API}/generate", json={"artist": "Nobody Yet"}, headers=wait)
        while (research := requests.latest(conn, "nobody-yet")) is None or generations.counts(conn) == {}:
            time.sleep(0.02)
        row = conn.execute("SELECT id FROM generation WHERE research_id = %s", (research.id,)).fetchone()
        assert row
        waited = [pool.submit(http.get, f"{API}/task/{row['id']}", headers=wait) for _ in range(2)]
        with streamed(http, row["id"]) as lines:
            every = events_of(lines)
            next(every)
            requests.fail(conn, research.id, attempt=1, error="nothing is known")
            end = settled(every, "status", "failed")[2]
        assert made.result().status_code == 422
        assert "nothing is known" in made.result().json()["detail"]
        assert [each.result().json() for each in waited] == [end, end]


def test_the_line_is_kept_alive(http: httpx.Client, conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "REREAD_SECONDS", 0.2)
    with streamed(http, queued(conn, "Rush").id) as lines:
        next_event(lines)
        assert [line for _, line in zip(range(4), lines, strict=False) if line] == [": nothing new"] * 2


def test_a_caller_has_so_many_streams(app: FastAPI, http: httpx.Client, conn: Connection) -> None:
    path = f"{API}/task/{queued(conn, 'Rush').id}/events"
    with http.stream("GET", path), http.stream("GET", path):
        refused = http.get(path)
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert int(refused.headers["retry-after"]) > 0
        assert http.get("/healthz").status_code == 200
    deadline = time.monotonic() + 10
    while app.state.streams.open and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not app.state.streams.open, "who hangs up gives the place back"
    assert not app.state.changes._watches


def test_what_is_no_task(http: httpx.Client) -> None:
    assert http.get(f"{API}/task/nothing/events").status_code == 404


def test_quick_changes_are_one_event(http: httpx.Client, conn: Connection) -> None:
    request = queued(conn, "Rush")
    requests.claim(conn, request.id, "run", 1)
    with streamed(http, request.id) as lines:
        every = events_of(lines)
        next(every)
        for percent in range(1, 91):
            requests.report(conn, request.id, "run", stage="sources", progress=percent, message="")
        seen = []
        for event in every:
            seen.append(event[2]["progress"])
            if seen[-1] == 90:
                break
    assert len(seen) < 45
    assert seen == sorted(seen)
    assert changes.REREAD_SECONDS > 1, "it was the changes that told"
