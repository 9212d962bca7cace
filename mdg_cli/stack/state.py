"""MDG_HOME/stack.json: what runs, for the commands that come after `mdg up`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from mdg_cli.stack.probes import Probe
from mdg_core.home import read_json, write_json
from mdg_core.processes import find


@dataclass(frozen=True)
class ProcessState:
    """One service as the supervisor last saw it."""

    name: str
    state: str
    pid: int | None
    birth: str | None  # see mdg_core.processes
    restarts: int
    message: str
    probe: Probe


@dataclass(frozen=True)
class StackState:
    """The supervisor and its services. `phase` is starting, ready or stopping."""

    pid: int
    birth: str
    started_at: str
    phase: str
    library: str
    urls: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    processes: list[ProcessState] = field(default_factory=list)

    def supervisor(self) -> psutil.Process | None:
        """The supervisor, if it lives; its number may belong to another process by now."""
        return find(self.pid, self.birth)


def state_path(home: Path) -> Path:
    return home / "stack.json"


def write_state(home: Path, state: StackState) -> None:
    write_json(state_path(home), asdict(state))


def read_state(home: Path) -> StackState | None:
    """What was last written, whether or not the supervisor lives; None without a file that can be read."""
    content = read_json(state_path(home))
    if content is None:
        return None
    try:
        processes = [
            ProcessState(**{**process, "probe": Probe(**process["probe"])}) for process in content.pop("processes")
        ]
        return StackState(**content, processes=processes)
    except (KeyError, TypeError):
        return None


def running(home: Path) -> StackState | None:
    """The state of the stack that runs now, if one does."""
    state = read_state(home)
    return state if state is not None and state.supervisor() is not None else None


def remove_state(home: Path) -> None:
    state_path(home).unlink(missing_ok=True)


def ask_to_stop(home: Path) -> None:
    """Leave word for the supervisor; the same on every system, where signals are not."""
    _stop_path(home).touch()


def asked_to_stop(home: Path) -> bool:
    return _stop_path(home).exists()


def forget_stop(home: Path) -> None:
    _stop_path(home).unlink(missing_ok=True)


def _stop_path(home: Path) -> Path:
    return home / "stack.stop"
