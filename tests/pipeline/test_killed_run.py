"""A research that is killed half-way goes on from what it had: no service is asked again for what it has answered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from mdg_core.settings import SourcesSettings
from mdg_core.store import artists, requests
from mdg_core.store.connect import Connection
from mdg_pipeline.lake import Lake
from mdg_pipeline.queue import after_death, put_back
from tests.conftest import ROOT
from tests.stubs import faults
from tests.stubs.genius import TOKEN
from tests.stubs.server import Stubs

pytestmark = pytest.mark.slow

_QUIET_SECONDS = 2.0  # without a new request: whatever was answered has been stored
_PATIENCE_SECONDS = 120.0

SOURCES = [name for name in SourcesSettings.model_fields if name != "links"]
Address = tuple[str, str, tuple[tuple[str, str], ...]]


@pytest.fixture
def stubs() -> Iterator[Stubs]:
    with Stubs() as stubs:
        yield stubs


def asked(stubs: Stubs) -> list[Address]:
    """Service, path and query of every request, robots.txt among them."""
    return [
        (name, each.path, tuple(sorted(each.query.items()))) for name in SOURCES for each in stubs[name].asked_in_all
    ]


def start(request: UUID, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mdg_pipeline.worker", str(request)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until_quiet(stubs: Stubs, stuck: Address, worker: subprocess.Popen[bytes]) -> None:
    end, last, since = time.monotonic() + _PATIENCE_SECONDS, 0, time.monotonic()
    while time.monotonic() < end:
        assert worker.poll() is None, "the run ended before it could be killed"
        found = asked(stubs)
        if len(found) != last:
            last, since = len(found), time.monotonic()
        if stuck in found and time.monotonic() - since > _QUIET_SECONDS:
            return
        time.sleep(0.1)
    pytest.fail(f"the run did not come to {stuck}")


@pytest.mark.parametrize(
    ("name", "stuck", "needed_again"),
    [
        # the song's page gives the cookie without which its file is not given, so that it belongs to the file
        ("Queen", ("freemidi", "/getter-104", ()), {("freemidi", "/download3-104-radio-ga-ga-queen", ())}),
        ("Lever", ("drummerworld", "/robots.txt", ()), set()),
    ],
)
def test_nothing_that_was_answered_is_asked_again(
    name: str,
    stuck: Address,
    needed_again: set[Address],
    stubs: Stubs,
    conn: Connection,
    database_url: str,
    tmp_path: Path,
) -> None:
    conn.execute("TRUNCATE web_turn, web_circuit, web_page")
    (tmp_path / "library").mkdir()
    environment = os.environ | stubs.environment()
    environment |= {f"MDG_SOURCES__{service.upper()}__MIN_INTERVAL_SECONDS": "0.02" for service in SOURCES}
    environment |= {"DATABASE_URL": database_url, "MDG_HOME": str(tmp_path), "MDG_LIBRARY": str(tmp_path / "library")}
    environment |= {"MDG_CONTACT": "tests@example.org", "MDG_SOURCES__GENIUS__API_KEY": TOKEN, "OMP_NUM_THREADS": "1"}
    request, _ = requests.submit(conn, artists.find_or_create(conn, name).key)
    stubs[stuck[0]].fail(faults.silence, path=stuck[1])

    worker = start(request.id, environment)
    try:
        wait_until_quiet(stubs, stuck, worker)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    answered = set(asked(stubs)) - {stuck}
    assert len({service for service, *_ in answered}) >= 6, "it was half-way"

    for service in stubs.values():
        service.forget()
    killed = requests.get(conn, request.id)
    assert killed
    assert killed.status == "researching"
    put_back(conn, killed, after_death(killed, "the run died", 3))
    worker = start(request.id, environment)
    assert worker.wait(_PATIENCE_SECONDS) == 0

    again = asked(stubs)
    assert stuck in again, "what had no answer is asked for"
    assert set(again) & answered <= needed_again
    ended = requests.get(conn, request.id)
    assert ended
    assert (ended.attempt, ended.is_open) == (2, False)
    documents = Lake(tmp_path / "lake").documents("midi", request.artist_key)
    assert len({document.uri for document in documents}) == len(documents)
