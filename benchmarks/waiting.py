"""Many who wait: python -m benchmarks.waiting [--waiters 200]

    waiting    so many clients ask GET /task/{id} with `Prefer: wait` for researches that do not end meanwhile
    streams    so many follow the events of one research that reports five times a second

Each time the p50 of /healthz and of a read of the database before and meanwhile, as a ratio; at the end how long after
the end of their research the waiting ones have their answer. Runs a server of one process, and a database of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import time
from collections.abc import AsyncIterator

import httpx

from benchmarks.serving import UNLIMITED, database, demo_profile, server
from mdg_core.store import artists, requests
from mdg_core.store.connect import Connection, connect

ASKED = 200  # requests of a p50
REPORTS_A_SECOND = 5
WAIT_SECONDS = 120
SETTLE_SECONDS = 2.0


async def p50(client: httpx.AsyncClient, path: str) -> float:
    """Milliseconds of requests one after the other."""
    times = []
    for _ in range(ASKED):
        begin = time.perf_counter()
        (await client.get(path)).raise_for_status()
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times)


async def both(client: httpx.AsyncClient, artist: str) -> dict[str, float]:
    paths = {"/healthz": "/healthz", "a read": f"/api/v1/research/{artist}"}
    return {name: await p50(client, path) for name, path in paths.items()}


def researching(conn: Connection, count: int) -> list[requests.ResearchRequest]:
    """Requests that a run works on."""
    found = []
    for number in range(count):
        request, _ = requests.submit(conn, artists.find_or_create(conn, f"Somebody {number}").key)
        requests.claim(conn, request.id, "run", 1)
        found.append(request)
    return found


async def wait_for_end(client: httpx.AsyncClient, task_id: object) -> float:
    """When the answer was there, by the clock of this process."""
    answer = await client.get(f"/api/v1/task/{task_id}", headers={"Prefer": f"wait={WAIT_SECONDS}"})
    assert answer.json()["status"] == "completed", answer.text
    return time.perf_counter()


async def follow(client: httpx.AsyncClient, task_id: object) -> int:
    """Events until the end."""
    events = 0
    async with client.stream("GET", f"/api/v1/task/{task_id}/events") as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            events += line.startswith("event:")
    return events


@contextlib.asynccontextmanager
async def reporting(conn: Connection, request: requests.ResearchRequest) -> AsyncIterator[None]:
    async def report() -> None:
        number = 0
        while True:
            number += 1
            message = f"document {number}"
            requests.report(conn, request.id, "run", stage="features", progress=70, message=message)
            await asyncio.sleep(1 / REPORTS_A_SECOND)

    task = asyncio.create_task(report())
    try:
        yield
    finally:
        task.cancel()


def told(what: str, before: dict[str, float], during: dict[str, float]) -> None:
    for name, ms in before.items():
        print(f"| {what} | {name} | {ms:.2f} | {during[name]:.2f} | {during[name] / ms:.2f} |")


async def measure(url: str, conn: Connection, artist: str, waiters: int) -> None:
    limits = httpx.Limits(max_connections=waiters + 10)
    async with (
        httpx.AsyncClient(base_url=url, timeout=WAIT_SECONDS + 10, limits=limits) as many,
        httpx.AsyncClient(base_url=url, timeout=30) as one,
    ):
        await both(one, artist)  # warm
        requested = researching(conn, waiters)
        print(f"| {waiters} clients | request | p50 ms before | meanwhile | ratio |\n| --- | --- | --- | --- | --- |")
        before = await both(one, artist)
        waiting = [asyncio.create_task(wait_for_end(many, each.id)) for each in requested]
        await asyncio.sleep(SETTLE_SECONDS)
        told("waiting", before, await both(one, artist))
        ended = []
        for each in requested:
            requests.complete(conn, each.id, "run", message="done", result={})
            ended.append(time.perf_counter())
            await asyncio.sleep(0)
        answered = await asyncio.gather(*waiting)
        late = sorted(1000 * (there - end) for there, end in zip(answered, ended, strict=True))

        (request,) = researching(conn, 1)
        before = await both(one, artist)
        streams = [asyncio.create_task(follow(many, request.id)) for _ in range(waiters)]
        await asyncio.sleep(SETTLE_SECONDS)
        async with reporting(conn, request):
            told("streams", before, await both(one, artist))
        requests.complete(conn, request.id, "run", message="done", result={})
        events = sum(await asyncio.gather(*streams))
    print(f"\nafter the ends of {waiters} researches one after the other their waiters had the answer within")
    print(f"{late[len(late) // 2]:.0f} ms (median), {late[-1]:.0f} ms (the last); {events} events were streamed")


def main() -> None:
    parser = argparse.ArgumentParser(description="What many waiting clients cost the others.")
    parser.add_argument("--waiters", type=int, default=200)
    args = parser.parse_args()
    os.environ |= UNLIMITED | {"MDG_LIMITS__OPEN_STREAMS": str(args.waiters)}
    profile = demo_profile()
    with database(profile) as url, server(url) as api, connect(url) as conn:
        asyncio.run(measure(api.url, conn, profile.artist.key, args.waiters))
        print(f"memory of the API afterwards {api.megabytes:.0f} MB")


if __name__ == "__main__":
    main()
