"""MDG_HOME/stack.lock: held by the supervisor from its first act to its last, so that there is one at a time.

The system frees it with the process, however that ends, and no clock has a say in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mdg_core.errors import MdgError
from mdg_core.home import writing

_PATIENCE_SECONDS = 1.0  # with somebody who only looks whether it is held


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the lock. Raises MdgError when another process does."""
    lock = FileLock(_path(home))
    try:
        with writing(home):
            lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout:
        raise MdgError(f"another mdg up for {home} is just starting or stopping: see mdg status") from None
    try:
        yield
    finally:
        lock.release()


def is_held(home: Path) -> bool:
    """Does a supervisor of this MDG_HOME live?"""
    if not _path(home).exists():
        return False
    try:
        with writing(home), FileLock(_path(home)).acquire(timeout=0):
            return False
    except Timeout:
        return True


def _path(home: Path) -> Path:
    return home / "stack.lock"
