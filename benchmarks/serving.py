"""The serving layer: python -m benchmarks.serving [PROFILE.json] [--artists N] [--reads N] [--workers N]

    start-up   from the start of the process to the first answer of /healthz
    reads      a profile, and similar artists among `--artists` synthetic ones, by one client: p50 against that of
               /healthz, which does nothing; and how many of the nearest the index finds
    generate   4 variations of 4 bars, provider template: in process, over HTTP by one client, and by 32 at once
    load       requests a second by 32 clients, and what share that is of cores / time in process; the processor time
               of a request in the server, in Postgres and in the clients, which share these cores
    memory     resident memory of the API, idle after its start, after the requests above and after `--reads` reads

PROFILE.json is a profile as `mdg profile NAME --json` prints it; without one, a profile of the first demo artist's
grooves stands in. Runs a server of its own on a database of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import psutil

from benchmarks import http_load, many_profiles
from mdg_core import ports
from mdg_core.artist import artist_key
from mdg_core.gridfile import parse_gridfile
from mdg_core.profile import Artist, PatternTemplate, StyleProfile
from mdg_core.settings import ServerSettings, Settings
from mdg_core.stepgrid import lanes_of
from mdg_core.store import artists, embedded, profiles
from mdg_core.store.connect import connect
from mdg_core.store.migrate import migrate
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import Library, library_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.result import build_result
from mdg_drummer.template import generate

LIBRARY = Path(__file__).resolve().parents[1] / "data" / "library"
HOST = "127.0.0.1"
WARM_UP = 5
IN_PROCESS, READS, CLIENTS, EACH = 100, 200, 32, 12
EXAMINED = 50  # of the index: `neighbours` looks at as many


@dataclass(frozen=True)
class Server:
    url: str
    start_seconds: float
    process: psutil.Process

    @property
    def megabytes(self) -> float:
        """Of the process and, where it has several, of all that answer."""
        processes = (self.process, *self.process.children(recursive=True))
        return float(sum(process.memory_info().rss for process in processes)) / 1e6


def demo_profile() -> StyleProfile:
    """The grooves of a demo artist without what the pipeline would measure of them."""
    folder = next(path for path in sorted(LIBRARY.iterdir()) if (path / "grooves.grid").is_file())
    grooves = parse_gridfile((folder / "grooves.grid").read_text(encoding="utf-8"))
    now = datetime.now(UTC)
    return StyleProfile(
        artist=Artist(key=artist_key(folder.name), name=folder.name),
        text_description="",
        quantitative_params={},
        patterns=[
            PatternTemplate(
                id=str(index),
                name=groove.title,
                role=groove.role,
                style=groove.style,
                metre=str(groove.pattern.metre),
                steps_per_quarter=groove.pattern.steps_per_quarter,
                bars=groove.pattern.bars,
                tempo=groove.tempo,
                lanes=lanes_of(groove.pattern),
                weight=1 / len(grooves),
                documents=[],
            )
            for index, groove in enumerate(grooves)
        ],
        confidence_score=0.5,
        confidence_parts={},
        sources_count={"midi": 1},
        created_at=now,
        updated_at=now,
    )


@contextmanager
def database(profile: StyleProfile) -> Iterator[str]:
    """The URL of a database in which the profile is published."""
    home = Path(tempfile.mkdtemp(prefix="mdg-bench-"))
    home.chmod(0o755)  # Postgres runs as another user when this runs as root
    settings = Settings(home=home, database_url=None, server=ServerSettings(database_port=0))
    try:
        url = embedded.start(settings)
        migrate(url)
        with connect(url) as conn, conn.transaction():
            artists.find_or_create(conn, profile.artist.name)
            profiles.publish(conn, profile, content_hash="benchmark", built_from={})
        yield url
    finally:
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


# so many requests of one address are what is measured
UNLIMITED = {f"MDG_LIMITS__{kind}": "0" for kind in ("GENERATION", "RESEARCH", "READS")}


@contextmanager
def server(database_url: str, workers: int = 1) -> Iterator[Server]:
    port = ports.free_port(HOST)
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "mdg_serving.server", HOST, str(port), "--workers", str(workers)]
    with httpx.Client(base_url=url) as client:  # made before the clock starts: it takes a while itself
        begin = time.perf_counter()
        with subprocess.Popen(
            command,
            env=os.environ | {"DATABASE_URL": database_url} | UNLIMITED,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _await(client, process)
                yield Server(url, time.perf_counter() - begin, psutil.Process(process.pid))
            finally:
                process.terminate()


def _await(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.01)
        else:
            return
    sys.exit(f"the API ended with status {process.returncode}")


def milliseconds(act: Callable[[int], object], seeds: range) -> list[float]:
    out = []
    for seed in seeds:
        begin = time.perf_counter()
        act(seed)
        out.append(1000 * (time.perf_counter() - begin))
    return out


def make(library: Library, request: GenerationRequest, seed: int) -> None:
    """All of a request but the way to it and the store."""
    build_result(UUID(int=seed), library.profile, generate(library, request, seed), request, seed)


def row(name: str, times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=100)
    return f"| {name} | {cuts[49]:.1f} | {cuts[98]:.1f} | {len(times)} |"


def seconds_of(processes: Iterable[psutil.Process]) -> float:
    """The processor time that they have taken."""
    taken = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            taken += times.user + times.system
    return taken


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def reads(api: Server, profile: StyleProfile, artists_known: int) -> list[str]:
    """Rows of what is read, each against the trivial route of the same run: the two in turn, so that both have the
    same neighbours on the machine."""
    key = profile.artist.key
    paths = {"profile": [f"/api/v1/artists/{key}"]}
    if artists_known:
        others = [many_profiles.name_of(n * 37 % artists_known) for n in range(READS)]
        paths["similar"] = [f"/api/v1/similar/{other}" for other in others]
    rows = []
    trivial = http_load.Request("/healthz")
    for name, each in paths.items():
        turns = [http_load.Request(each[n % len(each)]) for n in range(WARM_UP + READS)]
        asked = [request for turn in turns for request in (trivial, turn)]
        before = seconds_of(family(api.process))
        times = http_load.send(api.url, asked)[2 * WARM_UP :]
        taken = 2000 * (seconds_of(family(api.process)) - before) / len(asked)
        nothing, found = times[::2], times[1::2]
        ratio = statistics.median(found) / statistics.median(nothing)
        print(f"{name}: {ratio:.1f} times the trivial route; both together take {taken:.2f} ms of processor time")
        rows += [row("/healthz", nothing), row(name, found)]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and size of the serving layer.")
    parser.add_argument("profile", nargs="?", type=Path, help="a profile as `mdg profile NAME --json` prints it")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes; default: as many as cores")
    parser.add_argument("--artists", type=int, default=100_000, help="synthetic ones beside the profile")
    parser.add_argument("--reads", type=int, default=20_000, help="after which memory is looked at again")
    args = parser.parse_args()
    profile = StyleProfile.model_validate_json(args.profile.read_bytes()) if args.profile else demo_profile()
    library, request = library_of(profile, packaged_prior()), GenerationRequest(artist=profile.artist.key)
    print(f"{profile.artist.name}, {len(profile.patterns)} templates; load {os.getloadavg()[0]:.1f}", file=sys.stderr)

    milliseconds(lambda seed: make(library, request, seed), range(WARM_UP))
    with database(profile) as database_url:
        found = f"recall@10 {fill(database_url, args.artists):.3f}" if args.artists else ""
        with server(database_url) as api:
            print(f"one process: start-up {api.start_seconds:.2f} s, memory {api.megabytes:.0f} MB idle")
            table("reads, one client", [*reads(api, profile, args.artists)])
            print(f"{args.artists:,} artists {found}")
            before = api.megabytes
            http_load.send_at_once(
                api.url, [http_load.Request(f"/api/v1/artists/{profile.artist.key}")] * args.reads, 4
            )
            print(f"memory {before:.0f} MB, after {args.reads:,} reads more {api.megabytes:.0f} MB")
        with server(database_url, args.workers) as api:
            generations(api, library, request, args.workers)


def fill(database_url: str, count: int) -> float:
    """Synthetic artists, each with one pattern. Returns the recall of the index."""
    demo = demo_profile()
    small = demo.model_copy(update={"patterns": demo.patterns[:1]})
    with connect(database_url) as conn:
        many_profiles.fill(conn, small, count)
        return many_profiles.recall(conn, EXAMINED)


def generations(api: Server, library: Library, request: GenerationRequest, workers: int) -> None:
    def asked(seeds: range) -> list[http_load.Request]:
        body = {"artist": request.artist, "bars": 4, "variations": 4, "provider": "template"}
        return [http_load.Request("/api/v1/generate", json.dumps(body | {"seed": seed}).encode()) for seed in seeds]

    http_load.send_at_once(api.url, asked(range(WARM_UP * workers * 4)), 4 * workers)
    alone: list[float] = []
    single: list[float] = []
    for seed in range(IN_PROCESS):  # in turn, so that both have the same neighbours on the machine
        alone += milliseconds(lambda s: make(library, request, s), range(seed, seed + 1))
        single += http_load.send(api.url, [http_load.Request("/healthz"), *asked(range(seed, seed + 1))])[1:]
    http_load.send_at_once(api.url, asked(range(CLIENTS)), CLIENTS)  # until all connections are there
    own = psutil.Process()
    who = family(api.process), [p for p in psutil.process_iter() if p.name() == "postgres"], [own]
    before = [seconds_of(processes) for processes in who]
    load = http_load.send_at_once(api.url, asked(range(CLIENTS * EACH)), CLIENTS)
    after = [seconds_of(processes) for processes in who]
    count = CLIENTS * EACH
    rate, most = count / load.seconds, 1000 * workers / statistics.median(alone)
    taken = [f"{1000 * (b - a) / count:.1f}" for a, b in zip(before, after, strict=True)]
    cuts = statistics.quantiles(load.milliseconds, n=100)
    print(
        f"{rate:.1f} requests/s by {CLIENTS} clients of {workers} processes: {rate / most:.0%} of {most:.1f};", end=" "
    )
    print("a request takes {} ms of processor time in the server, {} in Postgres, {} in the client".format(*taken))
    print(f"over HTTP {statistics.median(single) / statistics.median(alone):.1f} times of in process;", end=" ")
    print(f"p99 {cuts[98] / cuts[49]:.1f} times p50; memory {api.megabytes:.0f} MB of all processes")
    rows = [row("in process", alone), row("over HTTP, 1 client", single)]
    table("4 variations of 4 bars", [*rows, row(f"over HTTP, {CLIENTS} clients", load.milliseconds)])


def table(head: str, rows: list[str]) -> None:
    print(f"\n| {head} | p50 ms | p99 ms | requests |\n| --- | --- | --- | --- |")
    print("\n".join(rows) + "\n", flush=True)


if __name__ == "__main__":
    main()
