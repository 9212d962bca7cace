"""Keeps a set of services running: starts each when what it needs is ready, and again when it has crashed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from mdg_cli.stack.children import Child, Probing, State
from mdg_cli.stack.services import Service

GRACE_SECONDS = 15.0
Say = Callable[[str], None]


class Supervisor:
    """The children and what moves them on; `tick` never waits, so that a signal is heeded at once."""

    def __init__(self, services: Sequence[Service], home: Path, is_ready: Probing, say: Say) -> None:
        self.children = [Child(service, home) for service in services]
        self._is_ready = is_ready
        self._say = say
        self._began = time.monotonic()

    def tick(self) -> bool:
        """Move every child on once; whether any changed its state."""
        changed = False
        for child in self.children:
            before = child.state
            if child.state is State.WAITING and self._may_start(child):
                child.start()
            child.tick(self._is_ready)
            if child.state is not before:
                changed = True
                self._report(child)
        return changed

    def is_ready(self) -> bool:
        return all(child.state is State.READY for child in self.children)

    def failed(self) -> list[Child]:
        """Those that were given up."""
        return [child for child in self.children if child.state is State.FAILED]

    def stop(self, stopped: Callable[[], None], grace_seconds: float = GRACE_SECONDS) -> None:
        """End all, in the reverse order of their start; `stopped` is called after each."""
        for child in reversed(self.children):
            child.stop(grace_seconds)
            stopped()

    def keep_logs_small(self) -> None:
        for child in self.children:
            child.keep_log_small()

    def _may_start(self, child: Child) -> bool:
        ready = {other.service.name for other in self.children if other.state is State.READY}
        return ready.issuperset(child.service.after)

    def _report(self, child: Child) -> None:
        after = f"{time.monotonic() - self._began:.1f} s"
        match child.state:
            case State.READY:
                self._say(f"{child.service.name} is ready ({after})")
            case State.RESTARTING | State.FAILED:
                self._say(f"{child.service.name} {child.message}")
