"""Processes with all that they started: how they are marked, found again and ended."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from mdg_core.processes import await_end, lives

MARKER = "MDG_STACK"
_KILL_SECONDS = 5.0
_GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


def mark(home: Path) -> str:
    """The value of MARKER in the environment of every process of the stack of this MDG_HOME."""
    return hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]


def leftovers(home: Path) -> list[psutil.Process]:
    """Processes of our user that a stack of this MDG_HOME started and that we did not."""
    own = psutil.Process()
    family = {own.pid, *(process.pid for process in own.parents()), *(child.pid for child in own.children(True))}
    found = []
    for process in psutil.process_iter():
        # another user's environment is none of ours to read
        with suppress(psutil.Error, OSError):
            if process.pid not in family and process.environ().get(MARKER) == mark(home) and _is_ours(process):
                found.append(process)
    return found


def tree(pid: int) -> list[psutil.Process]:
    """The live process `pid` and its descendants; empty if it is gone."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def end(processes: Iterable[psutil.Process], grace_seconds: float) -> None:
    """Ask them all to end, and kill those that still live after the grace."""
    processes = list(processes)
    for process in processes:
        with suppress(*_GONE):
            _ask_to_end(process)
    await_end(processes, grace_seconds)
    for process in processes:
        with suppress(*_GONE):
            if lives(process):
                process.kill()
    await_end(processes, _KILL_SECONDS)


def new_group() -> dict[str, bool | int]:
    """Popen options that keep a Ctrl-C in our terminal from the child: ending it is ours to do, in order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _ask_to_end(process: psutil.Process) -> None:
    if sys.platform == "win32":
        try:
            process.send_signal(signal.CTRL_BREAK_EVENT)
        except OSError:  # it shares no console with us
            process.terminate()
    else:
        process.terminate()


def _is_ours(process: psutil.Process) -> bool:
    return process.username() == psutil.Process().username()
