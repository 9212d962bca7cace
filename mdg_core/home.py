"""MDG_HOME on disk: make its folders, write its files whole, and say clearly when it cannot be written."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mdg_core.errors import MdgError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusals while writing below `path` into an MdgError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise MdgError(f"the disk that holds {path} is full: free some space, then try again") from error
        if error.errno in _NOT_OURS:
            raise MdgError(
                f"cannot write to {error.filename or path} ({error.strerror}): "
                "make it writable, or set MDG_HOME to a folder that is"
            ) from error
        raise


def make_folder(path: Path) -> Path:
    """`path`, made with its parents if it was not there. Raises MdgError if it cannot be."""
    try:
        with writing(path):
            path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise MdgError(f"{path} cannot be a folder, a file is in its way: move it, or set MDG_HOME elsewhere") from None
    return path


def write_json(path: Path, content: dict[str, Any], mode: int = 0o644) -> None:
    """Write `content` as `write_whole` does."""
    write_whole(path, json.dumps(content, indent=2).encode(), mode)


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write so that a reader sees the old file or the new one, never half of one. Raises MdgError."""
    make_folder(path.parent)
    with writing(path):
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, mode)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in `path`, or None if there is no such file or it holds no JSON object.

    Raises MdgError if it is closed to us.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, UnicodeDecodeError):
        return None
    except PermissionError as error:
        raise MdgError(
            f"{path} belongs to another user: run mdg as that user, or set MDG_HOME to a folder of your own"
        ) from error
    return content if isinstance(content, dict) else None
