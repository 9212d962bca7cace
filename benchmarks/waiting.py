"""Many who wait: python -m benchmarks.waiting [--waiters 200]

    waiting    so many clients ask GET /task/{id} with `Prefer: wait` for researches that do not end meanwhile
    streams    so many follow the events of one research that reports five times a second

Each time the p50 of /healthz and of a read of the database before and meanwhile, as a ratio, in rounds that take turns;
how long after the end of their research the waiting ones have their answer; and the processor time of the server while
they only wait, on which other work on the machine bears least. Runs a server of one process, and a database of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator

import httpx

from benchmarks.serving import UNLIMITED, Server, database, demo_profile, server
from mdg_core.store import artists, requests
from mdg_core.store.connect import Connection, connect

ASKED = 100  # requests of each kind in a round
ROUNDS = 3
REPORTS_A_SECOND = 5
WAIT_SECONDS = 120
SETTLE_SECONDS = 2.0
IDLE_SECONDS = 5.0


Times = dict[str, list[float]]


async def ask(client: httpx.AsyncClient, artist: str, times: Times) -> None:
    """Adds milliseconds of requests one after the other."""
    paths = {"/healthz": "/healthz", "a read": f"/api/v1/research/{artist}"}
    for name, path in paths.items():
        for _ in range(ASKED):
            begin = time.perf_counter()
            (await client.get(path)).raise_for_status()
            times[name].append(1000 * (time.perf_counter() - begin))


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


def told(what: str, before: Times, meanwhile: Times) -> None:
    for name in before:
        quiet, busy = statistics.median(before[name]), statistics.median(meanwhile[name])
        print(f"| {what} | {name} | {quiet:.2f} | {busy:.2f} | {busy / quiet:.2f} |")


async def waiting(
    api: Server, many: httpx.AsyncClient, one: httpx.AsyncClient, conn: Connection, artist: str, count: int
) -> str:
    before, meanwhile, late, used = defaultdict(list), defaultdict(list), list[float](), 0.0
    for _ in range(ROUNDS):
        requested = researching(conn, count)
        await ask(one, artist, before)
        waiters = [asyncio.create_task(wait_for_end(many, each.id)) for each in requested]
        await asyncio.sleep(SETTLE_SECONDS)
        begin = sum(api.process.cpu_times()[:2])
        await asyncio.sleep(IDLE_SECONDS)
        used += sum(api.process.cpu_times()[:2]) - begin
        await ask(one, artist, meanwhile)
        ended = []
        for each in requested:
            requests.complete(conn, each.id, "run", message="done", result={})
            ended.append(time.perf_counter())
            await asyncio.sleep(0)
        answered = await asyncio.gather(*waiters)
        late += [1000 * (there - end) for there, end in zip(answered, ended, strict=True)]
    told("waiting", before, meanwhile)
    share = used / (ROUNDS * IDLE_SECONDS)
    answered_in = f"{statistics.median(late):.0f} ms (median), {max(late):.0f} ms (the last)"
    return f"{answered_in};\nwaiting alone took {share:.1%} of a core"


async def streams(many: httpx.AsyncClient, one: httpx.AsyncClient, conn: Connection, artist: str, count: int) -> int:
    """How many events were streamed."""
    before, meanwhile, events = defaultdict(list), defaultdict(list), 0
    for _ in range(ROUNDS):
        (request,) = researching(conn, 1)
        await ask(one, artist, before)
        followers = [asyncio.create_task(follow(many, request.id)) for _ in range(count)]
        await asyncio.sleep(SETTLE_SECONDS)
        async with reporting(conn, request):
            await ask(one, artist, meanwhile)
        requests.complete(conn, request.id, "run", message="done", result={})
        events += sum(await asyncio.gather(*followers))
    told("streams", before, meanwhile)
    return events


async def measure(api: Server, conn: Connection, artist: str, count: int) -> None:
    limits = httpx.Limits(max_connections=count + 10)
    async with (
        httpx.AsyncClient(base_url=api.url, timeout=WAIT_SECONDS + 10, limits=limits) as many,
        httpx.AsyncClient(base_url=api.url, timeout=30) as one,
    ):
        await ask(one, artist, defaultdict(list))  # warm
        print(f"| {count} clients | request | p50 ms before | meanwhile | ratio |\n| --- | --- | --- | --- | --- |")
        late = await waiting(api, many, one, conn, artist, count)
        events = await streams(many, one, conn, artist, count)
    print(f"\nafter the ends of {count} researches one after the other their waiters had the answer within {late};")
    print(f"{events} events were streamed")


def main() -> None:
    parser = argparse.ArgumentParser(description="What many waiting clients cost the others.")
    parser.add_argument("--waiters", type=int, default=200)
    args = parser.parse_args()
    os.environ |= UNLIMITED | {"MDG_LIMITS__OPEN_STREAMS": str(args.waiters)}
    profile = demo_profile()
    with database(profile) as url, server(url) as api, connect(url) as conn:
        asyncio.run(measure(api, conn, profile.artist.key, args.waiters))
        print(f"memory of the API afterwards {api.megabytes:.0f} MB")


if __name__ == "__main__":
    main()
