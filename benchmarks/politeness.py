"""How closely the rates of the web sources are kept when several processes ask at once.

    python -m benchmarks.politeness [--processes 4] [--requests 5] [--faster 1]

Every source of the settings is played by a local service; each process asks all of them at the same time, `requests`
times each. Every fifth answer is a failure, so that retries are in the count. The gaps are measured at the
service, between the moments at which it had read two requests. --faster divides the intervals.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from mdg_core.settings import ServerSettings, Settings, SourcesSettings
from mdg_core.store import embedded
from mdg_core.store.migrate import migrate
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.lake import Lake
from tests.stubs import load
from tests.stubs.answers import Answer, Asked, json_answer, text_answer
from tests.stubs.server import Stubs
from tests.stubs.service import Service

_SECONDS = 1800.0


class _Played(Service):
    """Any source: every fifth request fails."""

    def answer(self, asked: Asked) -> Answer:
        return text_answer("slow down", 503) if len(self.asked) % 5 == 0 else json_answer({"asked": asked.path})


def services() -> list[Service]:
    """One for each source that has an address of its own."""
    names = [name for name in SourcesSettings.model_fields if getattr(SourcesSettings(), name).base_url]
    return [type(name, (_Played,), {"name": name})() for name in names]


@contextmanager
def client_of(stubs: Stubs, faster: float) -> Iterator[WebClient]:
    """A client with the shipped rules, a database and a lake that last as long as the context."""
    home = Path(tempfile.mkdtemp(prefix="mdg-politeness-"))
    home.chmod(0o755)  # when root runs this, Postgres runs as another user that must enter here
    shipped = SourcesSettings()
    sources = {
        name: {
            "base_url": service.base_url,
            "min_interval_seconds": getattr(shipped, name).min_interval_seconds / faster,
        }
        for name, service in stubs.items()
    }
    settings = Settings.model_validate(
        {
            "home": home,
            "contact": "bench@example.org",
            "server": ServerSettings(database_port=0),
            "sources": sources,
            "web": {"backoff_seconds": 0.1, "circuit_failures": 1000},
        }
    )
    try:
        embedded.start(settings)
        url = embedded.url(settings)
        migrate(url)
        yield WebClient(settings, url, Lake(home / "lake"))
    finally:
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


def measure(processes: int, requests: int, faster: float) -> Table:
    table = Table("source", "rule (s)", "at once", "requests", "smallest gap (s)", "median gap (s)", "most at once")
    with Stubs(*services()) as stubs, client_of(stubs, faster) as client:
        began = time.monotonic()
        load.finish(
            [
                load.start(
                    client,
                    {
                        name: [f"{service.base_url}/{process}/{number}" for number in range(requests)]
                        for name, service in stubs.items()
                    },
                    seconds=_SECONDS,
                )
                for process in range(processes)
            ]
        )
        for name, service in stubs.items():
            rule = getattr(client.settings.sources, name)
            gaps = [later.at - sooner.at for sooner, later in pairwise(sorted(service.asked, key=lambda each: each.at))]
            table.add_row(
                name,
                f"{rule.min_interval_seconds:.3f}",
                str(rule.max_concurrent),
                str(len(service.asked)),
                f"{service.smallest_gap():.3f}",
                f"{median(gaps):.3f}",
                str(service.most_at_once),
            )
        table.caption = f"{processes} processes, {time.monotonic() - began:.0f} s in all"
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--requests", type=int, default=5, help="of each process to each source")
    parser.add_argument("--faster", type=float, default=1, help="divides the intervals")
    wanted = parser.parse_args()
    Console(width=120).print(measure(wanted.processes, wanted.requests, wanted.faster))


if __name__ == "__main__":
    main()
