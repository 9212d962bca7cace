"""What `mdg research` shows while it waits, and what Ctrl-C does with the research."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdg_cli import waiting
from mdg_cli.research_display import display, source_words
from mdg_core.settings import Settings
from mdg_core.store import artists, heartbeat, requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import SourceProgress


@pytest.fixture
def request_of_rush(conn: Connection) -> requests.ResearchRequest:
    return requests.submit(conn, artists.find_or_create(conn, "Rush").key)[0]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """In the place of a run of our own."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def interrupt(
    monkeypatch: pytest.MonkeyPatch,
    conn: Connection,
    request: requests.ResearchRequest,
    goes_on: bool | None,
    home: Path,
) -> requests.ResearchRequest:
    """Wait, and press Ctrl-C at the first pause."""

    def pressed(_: float) -> None:
        monkeypatch.setattr(time, "sleep", sleep)
        raise KeyboardInterrupt

    sleep = time.sleep
    monkeypatch.setattr(waiting, "ask_whether_on", lambda _: goes_on)
    monkeypatch.setattr(time, "sleep", pressed)
    with pytest.raises(KeyboardInterrupt):
        waiting.wait_for(conn, request, "Rush", Settings(home=home), quiet=True)
    monkeypatch.undo()
    now = requests.get(conn, request.id)
    assert now
    return now


@pytest.mark.parametrize(("goes_on", "status"), [(True, "queued"), (False, "cancelled"), (None, "queued")])
def test_ctrl_c_while_the_pipeline_works(
    monkeypatch: pytest.MonkeyPatch,
    conn: Connection,
    request_of_rush: requests.ResearchRequest,
    tmp_path: Path,
    goes_on: bool | None,
    status: str,
) -> None:
    heartbeat.beat(conn, heartbeat.PIPELINE)
    now = interrupt(monkeypatch, conn, request_of_rush, goes_on, tmp_path)
    assert (now.status, now.attempt) == (status, 1)


@pytest.mark.parametrize("goes_on", [True, None])
def test_ctrl_c_with_a_run_of_our_own(
    monkeypatch: pytest.MonkeyPatch,
    conn: Connection,
    request_of_rush: requests.ResearchRequest,
    sleeper: subprocess.Popen[bytes],
    tmp_path: Path,
    goes_on: bool | None,
) -> None:
    own_run = waiting.Worker(sleeper, tmp_path / "worker.log", begin=0, memory_kills=0)
    monkeypatch.setattr(waiting, "_start", lambda *_: own_run)
    now = interrupt(monkeypatch, conn, request_of_rush, goes_on, tmp_path)
    assert now.is_open
    assert (sleeper.poll() is None) == (goes_on is True)
    assert now.attempt == (1 if goes_on else 2)


def test_nobody_is_asked_without_a_terminal() -> None:
    assert waiting.ask_whether_on("Rush") is None


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (SourceProgress("a", "asking"), "asking"),
        (SourceProgress("a", "found", documents=3), "3 found"),
        (SourceProgress("a", "found"), "found"),
        (SourceProgress("a", "empty", "no such page"), "nothing"),
        (SourceProgress("a", "failed", "it does not \x1b[31manswer"), "failed: it does not \\x1b[31manswer"),
    ],
)
def test_a_source_in_words(source: SourceProgress, said: str) -> None:
    assert source_words(source) == said


def test_every_source_is_told_once_where_there_is_no_terminal(
    conn: Connection, request_of_rush: requests.ResearchRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    requests.claim(conn, request_of_rush.id, "run", 1)
    with display("Rush", quiet=False) as show:
        for status in ("asking", "found", "found"):
            sources = {"midi": [SourceProgress("library", status, documents=2)]}
            requests.report(
                conn, request_of_rush.id, "run", stage="sources", progress=9, message=status, sources=sources
            )
            now = requests.get(conn, request_of_rush.id)
            assert now
            show(now)
    assert capsys.readouterr().err.splitlines() == ["  9 % asking", "      midi: library: 2 found", "  9 % found"]
