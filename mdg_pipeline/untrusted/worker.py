"""One child per process, used again and again, and started anew when it had to be ended."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from mdg_core.errors import MdgError
from mdg_pipeline.untrusted.child import receive, send

_PACKAGES = Path(__file__).resolve().parents[2]
# an ordinary page takes a few hundredths of a second of computing, a long PDF some seconds
SECONDS = {"main_text": 5.0, "pdf_text": 12.0, "paragraphs": 5.0, "links": 5.0}
# the time that a task may take by the clock, where the machine is busy or the system knows no limits
_WALL_TIMES, _WALL_MORE = 4, 10
_HIDDEN: dict[str, Any] = {}
if sys.platform == "win32":
    _HIDDEN["creationflags"] = subprocess.CREATE_NO_WINDOW


class TooCostly(MdgError):
    """Reading would take more time or memory than is given."""


class CannotRead(MdgError):
    """The parser says that this is not what it should be."""


def read(task: str, data: bytes, **options: Any) -> Any:
    """What the task of that name (see `tasks`) makes of the bytes. Raises TooCostly, CannotRead.

    Threads take turns: the parsers hold the interpreter anyway.
    """
    return _WORKER.read(task, data, options)


class Worker:
    """Keeps the child."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, task: str, data: bytes, options: dict[str, Any]) -> Any:
        with self._lock:
            child = self._running()
            overdue = threading.Timer(SECONDS[task] * _WALL_TIMES + _WALL_MORE, child.kill)
            overdue.daemon = True
            overdue.start()
            try:
                answer = _ask(child, {"task": task, "seconds": SECONDS[task], "options": options}, data)
            finally:
                overdue.cancel()
            if answer is None or "too_costly" in answer[0]:
                self.end()
                raise TooCostly(f"too costly to read: more than {SECONDS[task]:.0f} s of computing, or too much memory")
        head, result = answer
        if "error" in head:
            raise CannotRead(head["error"])
        return json.loads(result)

    def end(self) -> None:
        """End the child, if there is one of this process."""
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        # a process that was forked from another has the other's child, which is not its own
        if self._child is not None and self._owner == os.getpid() and self._child.poll() is None:
            return self._child
        self.end()
        paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._child = subprocess.Popen(
            [sys.executable, "-m", "mdg_pipeline.untrusted.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            **_HIDDEN,
        )
        self._owner = os.getpid()
        return self._child


def _ask(child: subprocess.Popen[bytes], head: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes] | None:
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        send(child.stdin, head, data)  # type: ignore[arg-type]
        return receive(child.stdout)  # type: ignore[arg-type]
    except (OSError, ValueError):  # it was ended, or what it wrote is cut
        return None


_WORKER = Worker()
atexit.register(_WORKER.end)
