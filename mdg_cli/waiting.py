"""Waiting for a research request, and running it here when no Dagster daemon does."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from mdg_cli.research_display import display
from mdg_cli.stack.trees import new_group
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


def wait_for(
    conn: Connection, request: ResearchRequest, name: str, settings: Settings, *, quiet: bool
) -> ResearchRequest:
    """Follow the request until it ends, and show how it goes unless `quiet`. Raises MdgError.

    At Ctrl-C a person is asked whether the research goes on or is cancelled. Where nobody answers, a run of our own is
    stopped and the request waits in the queue. Then raises KeyboardInterrupt.
    """
    worker: Worker | None = None
    try:
        with display(name, quiet=quiet) as show:
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
        worker = _interrupted(conn, request, name, worker)
        raise
    finally:
        if worker is not None:
            _finish(worker.process)
    return request


def _interrupted(conn: Connection, request: ResearchRequest, name: str, worker: Worker | None) -> Worker | None:
    """Do with the research what the person says. Returns a run of our own that is to be waited for."""
    goes_on = ask_whether_on(name)
    if goes_on is False:
        requests.cancel(conn, request.id)
        typer.echo(f"The research of {name} is cancelled. A profile that was there stays as it is.", err=True)
        return worker  # it finds that out by itself
    if goes_on is None and worker is not None:
        _end(worker.process)
        requests.requeue(conn, request.id, attempt=request.attempt, reason="stopped by the user")
    if goes_on:
        quoted = json.dumps(name, ensure_ascii=False)
        typer.echo(f"It goes on. See what came of it with: mdg profile {quoted}", err=True)
        typer.echo(f"Cancel it with: mdg research {quoted} --cancel", err=True)
    return None


def ask_whether_on(name: str) -> bool | None:
    """Whether a research goes on without the command that asked for it; None without a person who answers."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    try:
        return typer.confirm(f"\nLet the research of {name} go on? (n cancels it)", default=True, err=True)
    except typer.Abort:
        return None


@dataclass(frozen=True)
class Worker:
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


def _step_in(conn: Connection, request: ResearchRequest, settings: Settings) -> Worker | None:
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


def _start(request: ResearchRequest, settings: Settings) -> Worker:
    log = make_folder(settings.home / "logs") / "worker.log"
    rotate(log)
    environment = {"MDG_HOME": str(settings.home), "MDG_LIBRARY": libraries_text(settings.libraries)}
    begin, kills = end(log), endings.memory_kills()
    with writing(log), appending(log) as sink:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-m", "mdg_pipeline.worker", str(request.id)],
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            env=os.environ | environment,
            **new_group(),  # type: ignore[call-overload]
        )
    return Worker(process, log, begin, kills)


def _take_back(conn: Connection, request: ResearchRequest, worker: Worker, settings: Settings) -> None:
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
