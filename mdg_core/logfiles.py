"""Log files of the processes around us: keep them small, quote their end."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 10_000_000
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # ECMA-48 select graphic rendition


def appending(path: Path) -> BinaryIO:
    """The log, open for more, and readable by its owner alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    if os.name == "posix" and os.fstat(descriptor).st_uid == os.geteuid():
        os.fchmod(descriptor, 0o600)  # of an earlier version
    return os.fdopen(descriptor, "ab")


def rotate(path: Path, max_bytes: int = MAX_BYTES) -> None:
    """Move a log of more than `max_bytes` to NAME.1, in place of the one before."""
    if path.exists() and path.stat().st_size > max_bytes:
        path.replace(path.with_name(f"{path.name}.1"))


def tail(path: Path, lines: int = 20, since: int = 0) -> str:
    """The last `lines` of the log after byte `since`, at most 16 kB, without colours; empty if there is no log."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(since, size - 16_384))
        text = _COLOURS.sub("", file.read().decode(errors="replace"))
    return "\n".join(text.splitlines()[-lines:])
