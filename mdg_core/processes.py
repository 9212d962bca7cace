"""Is a process of this machine at work, and has it ended?"""

from __future__ import annotations

import time
from collections.abc import Sequence

import psutil


def lives(process: psutil.Process) -> bool:
    """Is this very process, not a later one with its number, at work? One that only awaits its parent is not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # of a process that is there
        return True


def await_end(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until they have all ended, at most `seconds`; those that still live then."""
    deadline = time.monotonic() + seconds
    while (left := [process for process in processes if lives(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left
