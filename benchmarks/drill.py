"""Does the API keep its word while Postgres is killed?  python -m benchmarks.drill [--minutes N] [--clients N]

A stack as `mdg up` starts it, without Dagster, on a database of its own. Clients read profiles and neighbours, generate
at once and as tasks, ask for research and look at tasks, while the server process of Postgres is killed twice with the
signal that it cannot catch; the supervisor starts it again.

wrong    answers that are not what the same request got before, or 2xx that the contract does not know
unasked  errors of requests that were begun and ended while Postgres was there
final    errors that do not say when to come again (503 with Retry-After)
lost     generations, tasks and requests that were acknowledged and are not there at the end, or not as they should be
untrue   /readyz said ready while Postgres was away, or not ready while it was there

Every client repeats what got an error until it is answered. All five should be 0.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.serving import UNLIMITED, demo_profile
from mdg_cli.stack import lock, state
from mdg_core.errors import MdgError
from mdg_core.settings import ServerSettings, Settings
from mdg_core.store import artists, embedded, profiles
from mdg_core.store.connect import connect

API = "/api/v1"
SEEDS = 8
RESEARCHED = 40
STACK = """
from mdg_cli.stack import services, up
from mdg_core.settings import load_settings
services.can_run_pipeline = lambda: False
up.serve(load_settings(), print)
"""
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Outage:
    """From the kill to the first statement that Postgres answers again, on the monotonic clock."""

    began: float
    ended: float


@dataclass(slots=True)
class Report:
    """What was seen; each list holds a line for every fault."""

    wrong: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    final: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    restarts: dict[str, int] = field(default_factory=dict)

    @property
    def faults(self) -> dict[str, list[str]]:
        names = ("wrong", "unasked", "final", "lost", "untrue")
        return {name: getattr(self, name) for name in names}

    def lines(self) -> list[str]:
        cuts = statistics.quantiles(self.milliseconds, n=100)
        away = ", ".join(f"{outage.ended - outage.began:.1f} s" for outage in self.outages)
        rows = [f"| {kind} | {self.answered[kind]} | {self.errors[kind]} |" for kind in sorted(self.answered)]
        return [
            f"Postgres was away {away}; services started again: {self.restarts}",
            f"answers while it was there: p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms",
            *("", "| request | answered | errors meanwhile |", "| --- | --- | --- |", *rows, ""),
            ", ".join(f"{name} {len(found)}" for name, found in self.faults.items()),
            *(f"{name}: {line}" for name, found in self.faults.items() for line in found[:5]),
        ]


class Drill:
    """The load, its clients' memory of what they were told, and what they make of the answers."""

    def __init__(self, url: str, artist: str, seconds: float) -> None:
        self.url, self.artist, self.seconds = url, artist, seconds
        self.report = Report()
        self._guard = threading.Lock()
        self._tries: list[tuple[str, float, float, httpx.Response | str]] = []
        self._ready: list[tuple[float, float, int]] = []
        self._made: list[tuple[int, str]] = []  # seed and the address of a clip
        self._tasks: list[tuple[int, str]] = []
        self._research: dict[str, str] = {}
        self._over = threading.Event()

    def learn(self, client: httpx.Client) -> None:
        """What the answers are while all is well."""
        self._profile = client.get(f"{API}/artists/{self.artist}").raise_for_status().json()
        self._similar = client.get(f"{API}/similar/{self.artist}").raise_for_status().json()
        self._clips: list[tuple[Any, bytes]] = []
        for seed in range(SEEDS):
            result = client.post(f"{API}/generate", json=self._body(seed)).raise_for_status().json()
            midi = client.get(result["variations"][0]["midi_url"]).raise_for_status().content
            self._clips.append((_content(result), midi))

    def run(self, clients: int, kill: Callable[[], Outage], kills: int) -> None:
        threads = [threading.Thread(target=self._client, args=(number,)) for number in range(clients)]
        threads.append(threading.Thread(target=self._watch))
        for thread in threads:
            thread.start()
        for _ in range(kills):
            time.sleep(self.seconds / (kills + 1))
            self.report.outages.append(kill())
        time.sleep(self.seconds / (kills + 1))
        self._over.set()
        for thread in threads:
            thread.join()

    def judge(self, client: httpx.Client) -> None:
        """Hold what was answered against what was known and what is there now."""
        for kind, begin, end, answer in self._tries:
            ok = isinstance(answer, httpx.Response) and answer.is_success
            if ok:
                self.report.answered[kind] += 1
                if not self._overlaps(begin, end):
                    self.report.milliseconds.append(1000 * (end - begin))
                continue
            self.report.errors[kind] += 1
            said = answer if isinstance(answer, str) else f"{answer.status_code} {answer.text[:200]}"
            if not self._overlaps(begin, end):
                self.report.unasked.append(f"{kind}: {said}")
            if isinstance(answer, str) or answer.status_code != 503 or "retry-after" not in answer.headers:
                self.report.final.append(f"{kind}: {said}")
        for begin, end, status in self._ready:
            if (status == 200 and self._within(begin, end)) or (status != 200 and not self._overlaps(begin, end)):
                self.report.untrue.append(f"{status}, {end - begin:.1f} s")
        self._look_for_all(client)

    def _look_for_all(self, client: httpx.Client) -> None:
        for seed, address in self._made:
            answer = client.get(address)
            if answer.content != self._clips[seed][1]:
                self.report.lost.append(f"{address}: {answer.status_code}")
        for seed, task_id in self._tasks:
            task = self._ended(client, task_id)
            if task.get("status") != "completed" or _content(task["result"]) != self._clips[seed][0]:
                self.report.lost.append(f"task {task_id}: {task.get('status')} {task.get('error')}")
        for task_id in self._research:
            task = client.get(f"{API}/task/{task_id}").json()
            if task.get("status") != "queued":
                self.report.lost.append(f"research {task_id}: {task.get('status')}")

    def _ended(self, client: httpx.Client, task_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            task: dict[str, Any] = client.get(f"{API}/task/{task_id}").json()
            if task.get("status") in ("completed", "failed", 404) or time.monotonic() > deadline:
                return task
            time.sleep(0.1)

    def _client(self, number: int) -> None:
        drawn = random.Random(number)
        acts = [self._read, self._neighbours, self._generate, self._begin_task, self._ask, self._look, self._live]
        with httpx.Client(base_url=self.url, timeout=_PATIENCE_SECONDS) as client:
            while not self._over.is_set():
                drawn.choices(acts, weights=[30, 10, 25, 10, 5, 15, 5])[0](client, drawn)

    def _until_answered(self, kind: str, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """As a patient client does; every try is noted."""
        while True:
            begin = time.monotonic()
            try:
                answer: httpx.Response | str = ask()
            except httpx.TransportError as error:
                answer = f"{type(error).__name__}: {error}"
            with self._guard:
                self._tries.append((kind, begin, time.monotonic(), answer))
            if isinstance(answer, httpx.Response) and answer.status_code != 503:
                return answer
            time.sleep(0.5)

    def _expect(self, kind: str, answer: httpx.Response, status: int, right: bool) -> None:
        if answer.status_code != status or not right:
            with self._guard:
                self.report.wrong.append(f"{kind}: {answer.status_code} {answer.text[:200]}")

    def _read(self, client: httpx.Client, drawn: random.Random) -> None:
        answer = self._until_answered("profile", lambda: client.get(f"{API}/artists/{self.artist}"))
        self._expect("profile", answer, 200, answer.is_success and answer.json() == self._profile)

    def _neighbours(self, client: httpx.Client, drawn: random.Random) -> None:
        answer = self._until_answered("similar", lambda: client.get(f"{API}/similar/{self.artist}"))
        self._expect("similar", answer, 200, answer.is_success and answer.json() == self._similar)

    def _generate(self, client: httpx.Client, drawn: random.Random) -> None:
        seed = drawn.randrange(SEEDS)
        answer = self._until_answered("generate", lambda: client.post(f"{API}/generate", json=self._body(seed)))
        right = answer.status_code == 200 and _content(answer.json()) == self._clips[seed][0]
        self._expect("generate", answer, 200, right)
        if right:
            with self._guard:
                self._made.append((seed, answer.json()["variations"][0]["midi_url"]))

    def _begin_task(self, client: httpx.Client, drawn: random.Random) -> None:
        seed, at_once = drawn.randrange(SEEDS), {"Prefer": "wait=0"}
        answer = self._until_answered(
            "task", lambda: client.post(f"{API}/generate", json=self._body(seed), headers=at_once)
        )
        self._expect("task", answer, 202, answer.is_success)
        if answer.status_code == 202:
            with self._guard:
                self._tasks.append((seed, answer.json()["task_id"]))

    def _ask(self, client: httpx.Client, drawn: random.Random) -> None:
        name = f"Drilled Artist {drawn.randrange(RESEARCHED)}"
        answer = self._until_answered("research", lambda: client.post(f"{API}/research", json={"artist": name}))
        self._expect("research", answer, 202, answer.is_success)
        if answer.status_code == 202:
            with self._guard:
                known = self._research.setdefault(answer.json()["task_id"], name)
            self._expect("research", answer, 202, known == name)

    def _look(self, client: httpx.Client, drawn: random.Random) -> None:
        with self._guard:
            known = [task_id for _, task_id in self._tasks] + list(self._research)
        if known:
            task_id = drawn.choice(known)
            answer = self._until_answered("look", lambda: client.get(f"{API}/task/{task_id}"))
            self._expect("look", answer, 200, answer.is_success and answer.json()["task_id"] == task_id)

    def _live(self, client: httpx.Client, drawn: random.Random) -> None:
        answer = self._until_answered("healthz", lambda: client.get("/healthz"))
        self._expect("healthz", answer, 200, answer.is_success)

    def _watch(self) -> None:
        with httpx.Client(base_url=self.url, timeout=_PATIENCE_SECONDS) as client:
            while not self._over.is_set():
                begin = time.monotonic()
                status = client.get("/readyz").status_code
                self._ready.append((begin, time.monotonic(), status))
                time.sleep(0.05)

    def _body(self, seed: int) -> dict[str, Any]:
        return {"artist": self.artist, "bars": 4, "variations": 4, "provider": "template", "seed": seed}

    def _overlaps(self, begin: float, end: float) -> bool:
        return any(begin < outage.ended and outage.began < end for outage in self.report.outages)

    def _within(self, begin: float, end: float) -> bool:
        return any(outage.began < begin and end < outage.ended for outage in self.report.outages)


def _content(result: dict[str, Any]) -> Any:
    """What the same seed must play again."""
    return json.loads(json.dumps([variation["notes"] for variation in result["variations"]]))


@contextmanager
def stack(settings: Settings) -> Iterator[str]:
    """The address of the API of a running stack."""
    environment = os.environ | UNLIMITED | {"MDG_HOME": str(settings.home), "MDG_LIMITS__OPEN_RESEARCH": "1000"}
    environment |= {f"MDG_SERVER__{name}_PORT": "0" for name in ("API", "DAGSTER", "CODE", "DATABASE")}
    environment.pop("DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "-c", STACK], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while (current := state.running(settings.home)) is None or current.phase != "ready":
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    raise MdgError(f"the stack does not start: {process.communicate()[0]}")
                time.sleep(0.1)
            yield current.urls["api"]
        finally:
            if lock.is_held(settings.home):
                state.ask_to_stop(settings.home)
            process.communicate(timeout=_PATIENCE_SECONDS)


def kill_database(settings: Settings) -> Outage:
    """Kill the server process of Postgres, and wait until it answers again."""
    process, url = embedded.server(settings), embedded.url(settings)
    assert isinstance(process, psutil.Process)
    began = time.monotonic()
    process.kill()
    deadline = began + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with connect(url, name="drill") as conn:
                conn.execute("SELECT 1")
        except MdgError:
            time.sleep(0.02)
        else:
            return Outage(began, time.monotonic())
    raise MdgError("Postgres does not come back")


def drill(minutes: float, clients: int, kills: int = 2) -> Report:
    """Run it, on a stack and a database of its own that are removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="mdg-drill-"))
    home.chmod(0o755)  # Postgres runs as another user when this runs as root
    settings = Settings(home=home, database_url=None, server=ServerSettings(database_port=0))
    profile = demo_profile()
    try:
        with stack(settings) as url, httpx.Client(base_url=url, timeout=_PATIENCE_SECONDS) as client:
            with connect(embedded.url(settings)) as conn, conn.transaction():
                artists.find_or_create(conn, profile.artist.name)
                profiles.publish(conn, profile, content_hash="drill", built_from={})
            held = Drill(url, profile.artist.key, 60 * minutes)
            held.learn(client)
            held.run(clients, lambda: kill_database(settings), kills)
            held.judge(client)
            current = state.running(home)
            held.report.restarts = {each.name: each.restarts for each in current.processes} if current else {}
            return held.report
    finally:
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Mixed load while Postgres is killed.")
    parser.add_argument("--minutes", type=float, default=10, help="default %(default)s")
    parser.add_argument("--clients", type=int, default=8, help="default %(default)s")
    args = parser.parse_args()
    report = drill(args.minutes, args.clients)
    print(f"{args.minutes:g} minutes, {args.clients} clients")
    print("\n".join(report.lines()))
    sys.exit(1 if any(report.faults.values()) else 0)


if __name__ == "__main__":
    main()
