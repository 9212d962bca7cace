"""Ten artists at full depth against the stub services: what was found, what was asked, how long it took.

    python -m benchmarks.ten_artists [--faster 1] [--processes 4]

The services are those of `tests/stubs`, the rates the shipped ones (`--faster` divides the intervals), the way is that
of `mdg research` with an empty library and a database of its own. Then `--processes` processes ask all sources at once
(`benchmarks.politeness`), and the smallest gap between two requests is held against each source's rule; 0 leaves that
out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.politeness import measure
from mdg_core.settings import ServerSettings, Settings, SourcesSettings
from mdg_core.store import embedded
from mdg_pipeline.documents import RAW_KINDS
from tests.stubs.genius import TOKEN
from tests.stubs.musicbrainz import mbid
from tests.stubs.server import Stubs

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Wanted:
    name: str
    what: str
    mbid: str | None = None


ARTISTS = (
    Wanted("Lever", "obscure, unknown to MusicBrainz"),
    Wanted("Genesis", "homonym", mbid("genesis-uk")),
    Wanted("椎名林檎", "another script"),
    Wanted("John Bonham", "solo drummer"),
    Wanted("J Dilla", "producer, no drummer"),
    Wanted("AC/DC", "a sign in the name"),
    Wanted("Mötley Crüe", "diacritics"),
    Wanted("The The", "words that say nothing"),
    Wanted("The Allman Brothers Band", "two drummers"),
    Wanted("Zorble Quandt Ensemble", "nobody knows it"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one research; `asked` counts requests by source, robots.txt among them."""

    wanted: Wanted
    seconds: float
    documents: dict[str, int]
    asked: dict[str, int]
    confidence: float | None
    failed: list[str]


@contextmanager
def surroundings(stubs: Stubs, faster: float) -> Iterator[dict[str, str]]:
    """The environment of `mdg research` with the stubs, a database and an empty library, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="mdg-ten-"))
    home.chmod(0o755)  # when root runs this, Postgres runs as another user that must enter here
    (home / "library").mkdir()
    shipped = SourcesSettings()
    settings = Settings(home=home, server=ServerSettings(database_port=0))
    intervals = {
        f"MDG_SOURCES__{name}__MIN_INTERVAL_SECONDS".upper(): str(getattr(shipped, name).min_interval_seconds / faster)
        for name in stubs
        if name in SourcesSettings.model_fields
    }
    researching = {name: url for name, url in stubs.environment().items() if name.startswith("MDG_SOURCES__")}
    try:
        embedded.start(settings)  # once for all ten
        yield {
            **os.environ,
            **researching,
            **intervals,
            "MDG_HOME": str(home),
            "MDG_LIBRARY": str(home / "library"),
            "MDG_CONTACT": "bench@example.org",
            "MDG_SERVER__DATABASE_PORT": "0",
            "MDG_SOURCES__GENIUS__API_KEY": TOKEN,
            "MDG_RESEARCH__WORDING": "false",  # a model's time and cost are not the sources'
            "PYTHONPATH": str(ROOT),
        }
    finally:
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


def research(wanted: Wanted, stubs: Stubs, environment: dict[str, str]) -> Found:
    before = _asked(stubs)
    command = [sys.executable, "-m", "mdg_cli.main", "research", wanted.name, "--json"]
    command += ["--mbid", wanted.mbid] if wanted.mbid else []
    began = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    seconds = time.monotonic() - began
    try:
        result: dict[str, Any] = json.loads(done.stdout)["result"] or {}
    except ValueError:
        sys.exit(f"the research of {wanted.name} broke: {done.stderr.strip()}")
    documents = Counter[str]()
    for row in result.get("sources", []):
        documents[row["kind"]] += row["documents"]
    failed = [f"{row['source']} ({row['status']})" for row in result.get("failed_sources", [])]
    return Found(
        wanted,
        seconds,
        dict(documents),
        dict(_asked(stubs) - before),
        result.get("confidence"),
        failed,
    )


def _asked(stubs: Stubs) -> Counter[str]:
    return Counter({name: len(service.asked_in_all) for name, service in stubs.items()})


def table_of(all_found: list[Found]) -> Table:
    table = Table("artist", "", *RAW_KINDS, "requests", "s", "confidence", "failed", show_lines=True)
    for found in all_found:
        asked = ", ".join(f"{name} {count}" for name, count in sorted(found.asked.items(), key=lambda each: -each[1]))
        table.add_row(
            found.wanted.name,
            found.wanted.what,
            *(str(found.documents.get(kind, 0)) for kind in RAW_KINDS),
            f"{sum(found.asked.values())}: {asked}",
            f"{found.seconds:.0f}",
            "no profile" if found.confidence is None else f"{found.confidence:.2f}",
            ", ".join(found.failed) or "-",
        )
    total = sum(found.seconds for found in all_found)
    table.caption = f"{sum(sum(found.asked.values()) for found in all_found)} requests, {total:.0f} s in all"
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faster", type=float, default=1, help="divides the intervals")
    parser.add_argument("--processes", type=int, default=4, help="that ask at once; 0: leave the politeness out")
    wanted = parser.parse_args()
    console = Console(width=150)
    with Stubs() as stubs, surroundings(stubs, wanted.faster) as environment:
        console.print(table_of([research(each, stubs, environment) for each in ARTISTS]))
    if wanted.processes:
        console.print(measure(wanted.processes, 5, wanted.faster))


if __name__ == "__main__":
    main()
