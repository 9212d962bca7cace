"""A server that is told to stop: what it is at is answered, and who waits is told what to do."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from mdg_core import ports
from mdg_core.settings import Settings
from mdg_core.store import requests
from mdg_core.store.connect import Connection
from mdg_serving import stopping
from mdg_serving.stopping import Draining, Stopping
from tests.drummer.profiles import rock
from tests.serving.conftest import Publish

API = "/api/v1"
PATIENCE_SECONDS = 30


@pytest.fixture
def server(
    settings: Settings, conn: Connection, request: pytest.FixtureRequest
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The API as `mdg up` starts it."""
    assert settings.database_url is not None
    port = ports.free_port("127.0.0.1")
    command = [sys.executable, "-m", "mdg_serving.server", "127.0.0.1", str(port), "--workers", str(request.param)]
    environment = os.environ | {"DATABASE_URL": settings.database_url.get_secret_value()}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                httpx.get(f"{url}/healthz").raise_for_status()
                break
            except httpx.TransportError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield url, process
        process.kill()


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
@pytest.mark.parametrize("server", [1, 2], indirect=True)
def test_a_server_that_stops_leaves_nobody_without_an_answer(
    server: tuple[str, subprocess.Popen[str]], publish: Publish, conn: Connection
) -> None:
    url, process = server
    publish(rock())
    body = {"bars": 16, "variations": 8, "provider": "template"}

    def ask(artist: str, seed: int, wait: int) -> httpx.Response:
        return httpx.post(
            f"{url}{API}/generate", json=body | {"artist": artist, "seed": seed}, headers={"Prefer": f"wait={wait}"},
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip

    with ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(ask, f"Nobody {number}", 1, 100) for number in range(3)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while requests.counts(conn).get("queued", 0) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        working = [pool.submit(ask, "Rock Drummer", seed, 25) for seed in range(8)]
        while requests.counts(conn) and not any(future.done() for future in working):
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        answers = [future.result() for future in working]
        for answer in (future.result() for future in waiting):
            assert answer.status_code == 202
            assert answer.json()["task_id"] in answer.headers["location"]
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode in (0, -signal.SIGTERM)
    assert {answer.status_code for answer in answers} == {200}
    assert "Traceback" not in said
    assert all(re.match(r'\{"timestamp": ', line) for line in said.splitlines()), said


async def slow(request: Request) -> Response:
    await anyio.sleep(60)
    return PlainTextResponse("too late")


async def quick(request: Request) -> Response:
    await anyio.sleep(0.05)
    return PlainTextResponse("in time")


async def stream(request: Request) -> Response:
    async def parts() -> object:
        yield "first\n"
        await anyio.sleep(60)
        yield "too late\n"

    return StreamingResponse(parts())  # type: ignore[arg-type]


def test_what_is_not_answered_in_time_is_cut_off_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "GRACE_SECONDS", 0.3)
    woken = threading.Event()

    async def ask() -> dict[str, httpx.Response]:
        stop = Stopping()
        stop.when_it_begins(woken.set)
        inner = Starlette(routes=[Route("/slow", slow), Route("/quick", quick), Route("/stream", stream)])
        transport = httpx.ASGITransport(Draining(inner, stop))
        found: dict[str, httpx.Response] = {}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:

            async def one(path: str) -> None:
                found[path] = await client.get(path)

            async with anyio.create_task_group() as group:
                for path in ("/slow", "/quick", "/stream"):
                    group.start_soon(one, path)
                await anyio.sleep(0)
                stop.begin()
                stop.begin()
        return found

    found = anyio.run(ask)
    assert woken.is_set()
    assert found["/quick"].text == "in time"
    assert found["/stream"].text == "first\n"
    assert found["/slow"].status_code == 503
    assert int(found["/slow"].headers["retry-after"]) > 0
    assert "ask again" in found["/slow"].json()["detail"]
