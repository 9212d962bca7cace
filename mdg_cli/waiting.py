"""Waiting for a research request, and running it here when no Dagster daemon does."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mdg_core import endings
from mdg_core.errors import MdgError
from mdg_core.home import make_folder, writing
from mdg_core.logfiles import appending, end, rotate, tail
from mdg_core.settings import Settings, libraries_text
from mdg_core.store import heartbeat, requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import ResearchRequest
from mdg_pipeline.queue import Launch, Wait, after_death, decide, put_back

_POLL_SECONDS = 0.3
_Show = Callable[[ResearchRequest], None]


def wait_for(
    conn: Connection, request: ResearchRequest, name: str, settings: Settings, *, quiet: bool
) -> ResearchRequest:
    """Follow the request until it ends, with a progress bar unless `quiet`. Raises MdgError.

    Ctrl-C stops a run of our own and leaves the request in the queue.
    """
    worker: _Worker | None = None
    with _display(name, quiet) as show:
        try:
            while request.is_open:
                show(request)
                if worker is not None and worker.process.poll() is not None:
                    _take_back(conn, request, worker, settings)
                    worker = None
                elif worker is None and not heartbeat.pipeline_is_alive(conn):
                    worker = _step_in(conn, request, settings)
                time.sleep(_POLL_SECONDS)
                request = _again(conn, request)
        except KeyboardInterrupt:
            if worker is not None:
                _end(worker.process)
                requests.requeue(conn, request.id, attempt=request.attempt, reason="stopped by the user")
            raise
        finally:
            if worker is not None:
                _finish(worker.process)
    return request


@dataclass(frozen=True)
class _Worker:
    """A run of ours; its own lines in `log` begin at byte `begin`."""

    process: subprocess.Popen[bytes]
    log: Path
    begin: int
    memory_kills: int

    def why(self, home: Path) -> str:
        """Why it ended, in one sentence."""
        code, said = self.process.returncode, tail(self.log, since=self.begin)
        killed_for_memory = endings.memory_kills() > self.memory_kills
        why = endings.of_process(code, said, home, killed_for_memory=killed_for_memory)
        return f"the run {why}"


def _step_in(conn: Connection, request: ResearchRequest, settings: Settings) -> _Worker | None:
    """Without a daemon: start the request here, or put it back first when the run that had it is dead."""
    if importlib.util.find_spec("dagster") is None:
        raise MdgError(
            "the request is in the queue, but the pipeline is not installed here. "
            "Install it (pip install '.[pipeline]' in the checkout) and run `mdg up`, or ask with --no-wait."
        )
    decision = decide(
        request,
        "none" if request.status == "queued" else "running",
        now=datetime.now(UTC),
        heartbeat_timeout=timedelta(seconds=settings.research.heartbeat_timeout_seconds),
        max_attempts=settings.research.max_attempts,
    )
    if isinstance(decision, Launch):
        return _start(request, settings)
    if not isinstance(decision, Wait):
        put_back(conn, request, decision)
    return None


def _start(request: ResearchRequest, settings: Settings) -> _Worker:
    log = make_folder(settings.home / "logs") / "worker.log"
    rotate(log)
    begin, kills = end(log), endings.memory_kills()
    with writing(log), appending(log) as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "mdg_pipeline.worker", str(request.id)],
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"MDG_HOME": str(settings.home), "MDG_LIBRARY": libraries_text(settings.libraries)},
        )
    return _Worker(process, log, begin, kills)


def _take_back(conn: Connection, request: ResearchRequest, worker: _Worker, settings: Settings) -> None:
    """Our run has ended; if the request is still open it died half-way, or another run has the request."""
    now = _again(conn, request)
    if now.is_open and worker.process.returncode != 0 and now.attempt == request.attempt:
        put_back(conn, now, after_death(now, worker.why(settings.home), settings.research.max_attempts))


def _again(conn: Connection, request: ResearchRequest) -> ResearchRequest:
    found = requests.get(conn, request.id)
    if found is None:
        raise MdgError("the research request was removed from the database")
    return found


def _finish(worker: subprocess.Popen[bytes]) -> None:
    """The request has ended; give the run a moment to write its last events."""
    try:
        worker.wait(60)
    except subprocess.TimeoutExpired:
        _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(10)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


@contextmanager
def _display(name: str, quiet: bool) -> Iterator[_Show]:
    """A bar on a terminal, a line for every new message elsewhere, nothing when quiet; always on stderr."""
    console = Console(stderr=True)
    if quiet:
        yield lambda request: None
    elif console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
            task = bar.add_task(name, total=100)
            yield lambda request: bar.update(
                task, completed=request.progress, description=f"{name}: {request.message or request.stage}"
            )
    else:
        said: list[str] = []

        def show(request: ResearchRequest) -> None:
            line = f"{request.progress:>3} % {request.message or request.stage}"
            if said[-1:] != [line]:
                said.append(line)
                console.print(line, markup=False, highlight=False)

        yield show
