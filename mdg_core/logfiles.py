"""Log files of the processes around us: keep them small, quote their end."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 10_000_000
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # ECMA-48 select graphic rendition
_OF_A_LINE = ("timestamp", "level", "event", "logger", "exception")  # see mdg_core.logs


def appending(path: Path) -> BinaryIO:
    """The log, open for more, and readable by its owner alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    if os.name == "posix" and os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, 0o600)  # of an earlier version
    return os.fdopen(descriptor, "ab")


def end(path: Path) -> int:
    """Where what is written from now on begins, in bytes."""
    return path.stat().st_size if path.exists() else 0


def rotate(path: Path, max_bytes: int = MAX_BYTES) -> None:
    """Move a log of more than `max_bytes` to NAME.1, in place of the one before."""
    if end(path) > max_bytes:
        path.replace(_before(path))


def rotate_in_use(path: Path, max_bytes: int = MAX_BYTES) -> bool:
    """The same for a log that programs hold open for appending, which go on in the emptied file; whether it was done.

    What they write in the moment between copy and emptying is lost.
    """
    if end(path) <= max_bytes:
        return False
    shutil.copyfile(path, _before(path))
    os.truncate(path, 0)
    return True


def tail(path: Path, lines: int = 20, since: int = 0) -> str:
    """The last `lines` of the log after byte `since`, at most 16 kB, as a person reads them; empty without a log.

    Lines of JSON become words; colours go.
    """
    if not path.exists():
        return ""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(since if since <= size else 0, size - 16_384))  # else it was emptied meanwhile
        text = _COLOURS.sub("", file.read().decode(errors="replace"))
    return "\n".join("\n".join(map(_in_words, text.splitlines())).splitlines()[-lines:])


def _in_words(line: str) -> str:
    """2026-11-30 08:00:01 error: what happened (request_id=..., ...), and below it the traceback."""
    try:
        told = json.loads(line)
        said = f"{told['timestamp'][:19].replace('T', ' ')} {told['level']}: {told['event']}"
    except (ValueError, TypeError, KeyError):
        return line
    more = ", ".join(f"{name}={value}" for name, value in told.items() if name not in _OF_A_LINE)
    return said + (f" ({more})" if more else "") + (f"\n{told['exception']}" if told.get("exception") else "")


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
