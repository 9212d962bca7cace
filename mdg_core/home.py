"""MDG_HOME on disk: make its folders, write its files whole, and say clearly when it cannot be written."""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mdg_core.endings import NO_SPACE, disk_full
from mdg_core.errors import MdgError

_PASSAGE = 0o711 if os.name == "posix" and os.geteuid() == 0 else 0o700
_OURS = ("logs", "lake", "dagster", "leases")
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusals while writing below `path` into an MdgError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise MdgError(disk_full(path)) from error
        if error.errno in _NOT_OURS:
            raise MdgError(
                f"cannot write to {error.filename or path} ({error.strerror}): "
                "make it writable, or set MDG_HOME to a folder that is"
            ) from error
        raise


def make_home(path: Path) -> Path:
    """MDG_HOME, made if it was not there; as root, the account that runs Postgres may pass through it."""
    return make_folder(path, _PASSAGE)


def make_folder(path: Path, mode: int = 0o700) -> Path:
    """`path`, made with its parents if it was not there, closed to other users. Raises MdgError if it cannot be.

    `mode` is the folder's own; a folder that is there keeps what it has.
    """
    try:
        with writing(path):
            for part in reversed([part for part in (path, *path.parents) if not part.exists()]):
                part.mkdir(mode=mode if part == path else _PASSAGE, exist_ok=True)
            path.mkdir(exist_ok=True)  # raises where a file is in the way
    except (FileExistsError, NotADirectoryError):
        raise MdgError(f"{path} cannot be a folder, a file is in its way: move it, or set MDG_HOME elsewhere") from None
    return path


def close_to_others(home: Path) -> None:
    """Take from other users what they may read below a MDG_HOME that an earlier version made."""
    if os.name != "posix":
        return
    for folder in (home / name for name in _OURS):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.geteuid():
            folder.chmod(0o700)


def own_temporary_folder(name: str) -> Path:
    """A folder of this user alone among the temporary files. Raises MdgError when somebody else has taken the name."""
    folder = make_folder(Path(tempfile.gettempdir()) / name)
    found = folder.lstat()
    is_ours = os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)
    if not stat.S_ISDIR(found.st_mode) or not is_ours:
        raise MdgError(f"{folder} is not a folder of this user alone: remove it, or set MDG_HOME to a shorter path")
    return folder


def write_json(path: Path, content: dict[str, Any], mode: int = 0o600) -> None:
    """Write `content` as `write_whole` does."""
    write_whole(path, json.dumps(content, indent=2).encode(), mode)


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write so that a reader sees the old file or the new one, never half of one. Raises MdgError."""
    make_folder(path.parent, 0o755 if mode & 0o077 else 0o700)
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
