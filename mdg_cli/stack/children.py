"""One service's process: started, watched, started again after a crash, ended with all that it started."""

from __future__ import annotations

import os
import subprocess
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import psutil

from mdg_cli.stack import trees
from mdg_cli.stack.services import Service
from mdg_cli.stack.state import ProcessState
from mdg_core import endings
from mdg_core.home import make_folder, writing
from mdg_core.logfiles import appending, end, rotate, rotate_in_use, tail
from mdg_core.processes import birth, lives

Probing = Callable[[Service], bool]


class State(StrEnum):
    WAITING = "waiting"  # for the services that it needs
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"  # given up
    STOPPED = "stopped"


class CrashLoop(Exception):
    """It has crashed too often for another start to be of use."""


class Crashes:
    """When to start again after a crash: later each time, and never after `limit` within `window` seconds.

    Nor after `in_vain` in a row of a service that was not ready in between, however long each start took.
    """

    def __init__(self, limit: int = 5, window: float = 60.0, first_delay: float = 0.5, in_vain: int = 3) -> None:
        self.limit, self.window, self.first_delay, self.in_vain = limit, window, first_delay, in_vain
        self._vain = 0
        self._times: deque[float] = deque()
        self.total = 0

    def record(self, now: float, *, was_ready: bool = True) -> float:
        """Count a crash at `now`; the time of the next start, in the same seconds. Raises CrashLoop."""
        self.total += 1
        self._vain = 0 if was_ready else self._vain + 1
        if self._vain >= self.in_vain:
            raise CrashLoop(f"crashed {self._vain} times before it was ready")
        self._times.append(now)
        while now - self._times[0] > self.window:
            self._times.popleft()
        if len(self._times) >= self.limit:
            raise CrashLoop(f"crashed {self.limit} times within {self.window:.0f} s")
        return now + float(self.first_delay * 2 ** (len(self._times) - 1))


class Child:
    """A service's process, moved on by `tick`; one that is not ready `ready_seconds` after its start has failed."""

    def __init__(
        self, service: Service, home: Path, *, ready_seconds: float = 120.0, crashes: Crashes | None = None
    ) -> None:
        self.service = service
        self.state = State.WAITING
        self.message = ""
        self.process: psutil.Process | None = None
        self.crashes = crashes or Crashes()
        self._home = home
        self._ready_seconds = ready_seconds
        self._popen: subprocess.Popen[bytes] | None = None
        self._birth = ""
        self._started = 0.0
        self._next_start = 0.0
        self._log_begin = 0  # where in the log this start begins
        self._memory_kills = 0

    @property
    def log_path(self) -> Path:
        return self._home / "logs" / f"{self.service.name}.log"

    def start(self) -> None:
        """Start the process, its output appended to its log."""
        make_folder(self.log_path.parent)
        rotate(self.log_path)
        environment = {**os.environ, **self.service.environment, trees.MARKER: trees.mark(self._home)}
        self._log_begin, self._memory_kills = end(self.log_path), endings.memory_kills()
        with writing(self.log_path), appending(self.log_path) as log:
            self._popen = subprocess.Popen(
                self.service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                umask=0o077,  # logs of runs, sockets: what a service writes is for its user alone
                **trees.new_group(),  # type: ignore[call-overload]
            )
        self.process = psutil.Process(self._popen.pid)
        self._birth = birth(self.process)
        self._started = time.monotonic()
        self.state = State.STARTING

    def tick(self, is_ready: Probing) -> None:
        """Move on: notice readiness, a crash, or that the time to start again has come."""
        now = time.monotonic()
        match self.state:
            case State.RESTARTING if now >= self._next_start:
                self.start()
            case State.STARTING | State.READY if self._popen is not None and self._popen.poll() is not None:
                self._crashed(now, self._popen.returncode)
            case State.STARTING if is_ready(self.service):
                self.state, self.message = State.READY, ""
            case State.STARTING if now - self._started > self._ready_seconds:
                self._give_up(f"not ready after {self._ready_seconds:.0f} s")

    def seen(self) -> ProcessState:
        """How it is now, for those who ask from outside."""
        alive = self.process is not None and lives(self.process)
        born = self._birth if alive else None
        return ProcessState(
            name=self.service.name,
            state=self.state,
            pid=self.process.pid if self.process and alive else None,
            birth=born,
            restarts=self.crashes.total,
            message=self.message,
            probe=self.service.probe,
        )

    def stop(self, grace_seconds: float) -> None:
        """End the process and all that it started."""
        if self._popen is not None:
            trees.end(trees.tree(self._popen.pid), grace_seconds)
            self._popen.wait()
        self.state = State.STOPPED

    def _crashed(self, now: float, code: int) -> None:
        try:
            self._next_start = self.crashes.record(now, was_ready=self.state is State.READY)
        except CrashLoop as crash:
            self._give_up(f"{self._why(code)}, and {crash}")
        else:
            self.state, self.message = State.RESTARTING, f"{self._why(code)}; it is started again"

    def _why(self, code: int) -> str:
        """Why this process ended, by its own lines and nobody else's."""
        killed_for_memory = endings.memory_kills() > self._memory_kills
        return endings.of_process(code, self._said(), self._home, killed_for_memory=killed_for_memory)

    def _said(self) -> str:
        return tail(self.log_path, since=self._log_begin)

    def keep_log_small(self) -> None:
        """To be called now and then: a service that runs for long writes for long."""
        if rotate_in_use(self.log_path):
            self._log_begin = 0

    def _give_up(self, reason: str) -> None:
        said = self._said()
        self.message = f"{reason}; the end of {self.log_path}:\n{said}" if said else f"{reason}; it said nothing"
        if self._popen is not None:
            trees.end(trees.tree(self._popen.pid), 0)
        self.state = State.FAILED
