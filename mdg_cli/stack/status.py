"""What `mdg status` tells: the supervisor's own account, checked against the machine."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

from mdg_cli.stack import lock, probes, state, trees
from mdg_cli.stack.state import ProcessState, StackState
from mdg_core.errors import MdgError
from mdg_core.processes import find
from mdg_core.settings import Settings, libraries_text
from mdg_core.store import embedded


@dataclass(frozen=True)
class ProcessStatus:
    """A service now: `uptime_seconds` since its start, `memory_mb` resident in it and all that it started."""

    name: str
    state: str
    pid: int | None
    ready: bool
    uptime_seconds: float | None
    memory_mb: float | None
    restarts: int
    message: str


@dataclass(frozen=True)
class Status:
    """The stack now. `left_behind` counts processes of a stack whose supervisor has died."""

    up: bool
    phase: str
    pid: int | None
    started_at: str | None
    library: str
    urls: dict[str, str]
    processes: list[ProcessStatus]
    queue: dict[str, int] | None
    left_behind: int

    @property
    def ready(self) -> bool:
        return self.up and all(process.ready for process in self.processes)


def look(settings: Settings) -> Status:
    """The status of the stack of this MDG_HOME. Changes nothing."""
    current = state.running(settings.home)
    if current is None:
        busy = lock.is_held(settings.home)  # it has no state yet, or none any more
        left = trees.leftovers(settings.home) if settings.home.exists() and not busy else []
        phase, library = "starting or stopping" if busy else "down", libraries_text(settings.libraries)
        return Status(False, phase, None, None, library, {}, [], None, len(left))
    url = _database_url(settings)
    processes = [_process_status(process, current, url) for process in current.processes]
    queue = _queue(url) if url else None
    return Status(
        True, current.phase, current.pid, current.started_at, current.library, current.urls, processes, queue, 0
    )


def _process_status(process: ProcessState, stack: StackState, url: str | None) -> ProcessStatus:
    live = find(process.pid, process.birth) if process.pid and process.birth else None
    tree = trees.tree(live.pid) if live else []
    return ProcessStatus(
        name=process.name,
        state=process.state if live or process.state in {"waiting", "failed"} else "restarting",
        pid=live.pid if live else None,
        ready=live is not None and url is not None and probes.is_ready(process.probe, url),
        uptime_seconds=round(time.time() - live.create_time(), 1) if live else None,
        memory_mb=round(sum(map(_memory_bytes, tree)) / 1e6, 1) if live else None,
        restarts=process.restarts,
        message=process.message,
    )


def _memory_bytes(process: psutil.Process) -> int:
    """The memory that is the process's own; where the system keeps that from us, all that is resident."""
    try:
        return int(process.memory_full_info().uss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _database_url(settings: Settings) -> str | None:
    try:
        return embedded.url(settings)
    except MdgError:
        return None


def _queue(url: str) -> dict[str, int] | None:
    """Requests by status; None while the database does not answer."""
    from mdg_core.store import requests
    from mdg_core.store.connect import connect

    try:
        with connect(url, name="mdg-status") as connection:
            return requests.counts(connection)
    except MdgError:
        return None
