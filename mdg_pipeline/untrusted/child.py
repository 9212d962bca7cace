"""The child: tasks on standard input, results on standard output, until the input ends.

A message is a line of JSON, which says how many bytes follow it, and those bytes.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

MEMORY_BYTES = 1_500_000_000  # of address space
_TIDYING_SECONDS = 10.0  # of computing, to free a large tree between two tasks


def send(out: BinaryIO, head: dict[str, Any], data: bytes = b"") -> None:
    """Write a message."""
    out.write(json.dumps(head | {"bytes": len(data)}).encode() + b"\n" + data)
    out.flush()


def receive(source: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next message; None at the end, and for one that is cut."""
    line = source.readline()
    if not line.endswith(b"\n"):
        return None
    head: dict[str, Any] = json.loads(line)
    data = source.read(head["bytes"])
    return (head, data) if len(data) == head["bytes"] else None


def limits() -> Callable[[float], None]:
    """Limit this process's memory and its writing for good; what limits the seconds of computing of the next task.

    On Windows, which has no such limits, whoever waits for the task ends it.
    """
    if sys.platform == "win32":
        return lambda seconds: None
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),  # macOS takes it and does not keep to it
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (value, value))
    _, hard_seconds = resource.getrlimit(resource.RLIMIT_CPU)

    def limit(seconds: float) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + seconds) + 1
        if hard_seconds != resource.RLIM_INFINITY:
            most = min(most, hard_seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard_seconds))

    return limit


def main() -> None:
    from mdg_pipeline.untrusted.tasks import TASKS

    source, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a parser prints is no result
    limit = limits()
    while (message := receive(source)) is not None:
        head, data = message
        modules, task = TASKS[head["task"]]
        for module in modules:
            importlib.import_module(module)
        limit(head["seconds"])
        try:
            result = json.dumps(task(data, head["options"])).encode()
        except (MemoryError, RecursionError) as error:
            send(out, {"too_costly": type(error).__name__})
            if isinstance(error, MemoryError):
                return
        except Exception as error:  # a broken file makes parsers fail in any way there is
            send(out, {"error": f"{type(error).__name__}: {error}"[:500]})
        else:
            send(out, {}, result)
        finally:
            limit(_TIDYING_SECONDS)  # else the child would die of what the last page left, and the next page with it


if __name__ == "__main__":
    main()
