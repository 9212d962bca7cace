"""Is a process of this machine at work, which one is it, and has it ended?"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import psutil

_START_TIME = 19  # of /proc/PID/stat after the name: field 22, in clock ticks since the boot (proc_pid_stat(5))


def lives(process: psutil.Process) -> bool:
    """Is this very process, not a later one with its number, at work? One that only awaits its parent is not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # of a process that is there
        return True


def birth(process: psutil.Process) -> str:
    """What tells a process from every other that has had its number, and stays the same when the clock is set.

    On Linux the boot and the time since it: the time of day at which a process began is reckoned there from the clock
    as it is now. Elsewhere the system keeps the time of day as it was. Raises psutil.NoSuchProcess.
    """
    if not sys.platform.startswith("linux"):
        return f"{process.create_time():.2f}"
    try:
        stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        raise psutil.NoSuchProcess(process.pid) from None
    # the name before the last bracket may hold spaces and brackets
    return f"{_boot()}/{stat.rpartition(')')[2].split()[_START_TIME]}"


def find(pid: int, born: str) -> psutil.Process | None:
    """The live process with this number and `birth`."""
    try:
        process = psutil.Process(pid)
        return process if birth(process) == born and lives(process) else None
    except psutil.NoSuchProcess:
        return None


def await_end(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until they have all ended, at most `seconds`; those that still live then."""
    deadline = time.monotonic() + seconds
    while (left := [process for process in processes if lives(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
