"""Why a program ended, or failed, in one sentence with what to do: memory out, disk full, killed, crashed.

Only what belongs to that end counts: the caller gives the lines that the program itself wrote.
"""

from __future__ import annotations

import errno
import signal
import sys
from pathlib import Path

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
# of the C library, Postgres and Windows
_DISK_FULL = ("No space left on device", "Disk quota exceeded", "Check free disk space", "There is not enough space")
_MEMORY_OUT = "memory ran out: close other programs, or give this machine or container more memory"
_LONGEST_LINE = 300
# of Postgres, https://www.postgresql.org/docs/current/errcodes-appendix.html, class 53
_DATABASE_FULL, _OUT_OF_MEMORY = "53100", "53200"
_KILLED = getattr(signal, "SIGKILL", None)


def disk_full(where: Path | str) -> str:
    """What to say when nothing more can be written at `where`."""
    return f"the disk that holds {where} is full: free some space, then try again"


def tells_disk_full(said: str) -> bool:
    """Whether the lines of a program, ours or one of Postgres's, say that a disk is full."""
    return any(phrase in said for phrase in _DISK_FULL)


def of_error(error: BaseException, where: Path | str) -> str | None:
    """The sentence for an error that the machine is to blame for, or one of its causes is; None for any other."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        state = getattr(link, "sqlstate", None)
        if isinstance(link, MemoryError) or state == _OUT_OF_MEMORY:
            return _MEMORY_OUT
        if state == _DATABASE_FULL:
            return disk_full("the database")
        if isinstance(link, OSError) and link.errno in NO_SPACE:
            return disk_full(link.filename or where)
        link = link.__cause__ or link.__context__
    return None


def of_process(code: int, said: str, where: Path | str, *, killed_for_memory: bool = False) -> str:
    """Why a process ended with `code` (negative: a signal, as subprocess has it), by the lines that it wrote.

    `killed_for_memory`: whether the system has killed a program for want of memory while this one ran.
    """
    if tells_disk_full(said):
        return disk_full(where)
    if "MemoryError" in said:
        return _MEMORY_OUT
    if code >= 0:
        last = said.strip().splitlines()[-1][:_LONGEST_LINE] if said.strip() else ""
        return f"ended with status {code}" + (f": {last}" if last else "")
    if code == -(_KILLED or 0):
        return f"was killed by the system, {_MEMORY_OUT}" if killed_for_memory else _KILLED_WITHOUT_A_WORD
    return f"was ended by {_signal_name(-code)}"


_KILLED_WITHOUT_A_WORD = "was killed (signal 9), by a person or by the system for want of memory"


def memory_kills() -> int:
    """How many programs the system has killed for want of memory, since it started; 0 where it does not say."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def _signal_name(number: int) -> str:
    try:
        return f"{signal.Signals(number).name} (signal {number})"
    except ValueError:
        return f"signal {number}"
