"""Node for the device's own tests, and the real API with somebody who answers research requests."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdg_core.artist import artist_key
from mdg_core.profile import StyleProfile
from mdg_core.settings import LimitSettings, Settings
from mdg_core.store import artists, heartbeat, profiles, requests
from mdg_core.store.connect import Connection, connect
from mdg_core.store.requests import ResearchRequest, SourceProgress
from mdg_serving.app import create_app
from tests.drummer.profiles import compound, jazz, rock
from tests.serving.live import served

ABLETON = Path(__file__).resolve().parent.parent.parent / "ableton"
# names as they are typed; the profiles of those are there at once
KNOWN = ("Rock Drummer", "Jazz Drummer", "Tyler, The Creator", "311", "Sigur Rós", '"Weird Al" $uicide & Söns = 50%')
STEPS = 5
ASKED = [SourceProgress("library", "found", "2 files", None, 2, ("a", "b")), SourceProgress("bitmidi", "asking")]


@pytest.fixture(scope="session")
def node() -> str:
    """The command of Node."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed: the device's tests run in it")
    return found


@pytest.fixture(scope="session")
def acorn() -> None:
    """The parser that the checker needs, installed beside it."""
    if not (ABLETON / "node_modules" / "acorn").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed: the device's checker needs acorn")
        made = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=ABLETON, capture_output=True, text=True, check=False
        )
        if made.returncode:
            pytest.skip(f"npm ci in ableton/ did not work: {made.stderr[-300:]}")


@pytest.fixture
def api(conn: Connection, database_url: str) -> Iterator[str]:
    """The URL of a running API that knows `KNOWN`; its research is `Researcher`'s."""
    for name, profile in zip(KNOWN, (rock(), jazz(), rock(), compound(), jazz(), rock()), strict=True):
        publish(conn, profile, name)
    settings = Settings(database_url=database_url, limits=LimitSettings(generation=0, research=0, reads=0))
    with served(create_app(settings)) as url:
        researcher = Researcher(database_url)
        researcher.start()
        yield url
        researcher.stop()


def publish(conn: Connection, profile: StyleProfile, name: str) -> None:
    key = artist_key(name)
    artist = profile.artist.model_copy(update={"key": key, "name": name})
    artists.find_or_create(conn, name)
    with conn.transaction():
        profiles.publish(conn, profile.model_copy(update={"artist": artist}), content_hash=f"of {key}", built_from={})
        profiles.store_embedding(conn, key, [((len(key) + n) % 7) / 7 for n in range(384)])


class Researcher(threading.Thread):
    """In the pipeline's place: every artist plays rock, but nobody named `nobody ...`; `slow ...` takes for ever."""

    def __init__(self, database_url: str) -> None:
        super().__init__(daemon=True)
        self._url, self._stopped = database_url, threading.Event()

    def stop(self) -> None:
        self._stopped.set()
        self.join(timeout=30)

    def run(self) -> None:
        with connect(self._url, name="mdg-test-researcher") as conn:
            while not self._stopped.wait(0.1):
                heartbeat.beat(conn, heartbeat.PIPELINE)
                for request in requests.list_open(conn):
                    self._step(conn, request)

    def _step(self, conn: Connection, request: ResearchRequest) -> None:
        if request.status == "queued":
            requests.claim(conn, request.id, "run", request.attempt)
        elif request.artist_key.startswith("nobody"):
            requests.fail(conn, request.id, attempt=request.attempt, error="no source knows this artist")
        elif request.progress < 80 or request.artist_key.startswith("slow"):
            progress = min(80, request.progress + 100 // STEPS)
            requests.report(
                conn, request.id, "run", stage="sources", progress=progress, message="asking", sources={"midi": ASKED}
            )
        else:
            name = artists.name_of(conn, request.artist_key) or request.artist_key
            publish(conn, rock(), name)
            requests.complete(conn, request.id, "run", message="published", result={})
