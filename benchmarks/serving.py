"""The serving layer: python -m benchmarks.serving [PROFILE.json]

    start-up   from the start of the process to the first answer of /healthz
    memory     resident memory of the API, idle after its start and after all requests
    generate   4 variations of 4 bars, provider template: in process, over HTTP by one client, and by 32 at once
    load       requests a second by 32 clients, and what share that is of cores / time in process

PROFILE.json is a profile as `mdg profile NAME --json` prints it; without one, a profile of the first demo artist's
grooves stands in. Runs a server of its own on a database of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import psutil

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
IN_PROCESS, ONE_CLIENT, CLIENTS, EACH = 100, 100, 32, 6


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


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and size of the serving layer.")
    parser.add_argument("profile", nargs="?", type=Path, help="a profile as `mdg profile NAME --json` prints it")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes; default: as many as cores")
    args = parser.parse_args()
    profile = StyleProfile.model_validate_json(args.profile.read_bytes()) if args.profile else demo_profile()
    library, request = library_of(profile, packaged_prior()), GenerationRequest(artist=profile.artist.key)
    body = {"artist": profile.artist.key, "bars": 4, "variations": 4, "provider": "template"}
    print(f"{profile.artist.name}, {len(profile.patterns)} templates", file=sys.stderr)

    milliseconds(lambda seed: make(library, request, seed), range(WARM_UP))
    alone = milliseconds(lambda seed: make(library, request, seed), range(IN_PROCESS))
    rows = [row("in process", alone)]
    with database(profile) as database_url, server(database_url, args.workers) as api:
        idle = api.megabytes
        with httpx.Client(base_url=api.url, timeout=60, limits=httpx.Limits(max_connections=CLIENTS)) as client:

            def ask(seed: int) -> None:
                client.post("/api/v1/generate", json=body | {"seed": seed}).raise_for_status()

            milliseconds(ask, range(WARM_UP * args.workers))
            rows.append(row("over HTTP, 1 client", milliseconds(ask, range(ONE_CLIENT))))
            begin = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                parts = list(pool.map(lambda n: milliseconds(ask, range(n * EACH, (n + 1) * EACH)), range(CLIENTS)))
            rate = CLIENTS * EACH / (time.perf_counter() - begin)
            rows.append(row(f"over HTTP, {CLIENTS} clients", [t for part in parts for t in part]))
        print(f"start-up {api.start_seconds:.2f} s, memory {idle:.0f} MB idle, {api.megabytes:.0f} MB after,")
        most = 1000 * args.workers / statistics.median(alone)
        share = f"{rate / most:.0%} of {most:.1f}"
        print(f"{rate:.1f} requests/s by {CLIENTS} clients of {args.workers} processes: {share}\n")
    print("| 4 variations of 4 bars | p50 ms | p99 ms | requests |\n| --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
