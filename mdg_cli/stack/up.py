"""`mdg up` and `mdg down`: the whole stack, from the ports to the last process that is ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import psutil

from mdg_cli.stack import listening, lock, services, state, trees
from mdg_cli.stack.children import Crashes, CrashLoop, State
from mdg_cli.stack.probes import Probe, is_ready
from mdg_cli.stack.state import ProcessState, StackState
from mdg_cli.stack.supervisor import GRACE_SECONDS, Say, Supervisor
from mdg_core.errors import MdgError
from mdg_core.home import close_to_others, make_folder, make_home, writing
from mdg_core.logfiles import appending, rotate
from mdg_core.processes import birth
from mdg_core.settings import Settings, libraries_text
from mdg_core.store import embedded, keys
from mdg_core.store.connect import connect
from mdg_core.web.guard import is_loopback

_TICK_SECONDS = 0.2
_DOWN_SECONDS = 120.0
_TIDY_SECONDS = 60.0
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def serve(settings: Settings, say: Say) -> None:
    """Run the stack in this process until it is told to stop, then end all of it.

    Raises MdgError if it cannot be started, or if the database cannot be kept up.
    """
    home = make_home(settings.home)
    close_to_others(home)
    with lock.alone(home), _stop_signals() as stop:
        try:
            state.forget_stop(home)
            stack = _beginning(settings)
            state.write_state(home, stack)
            _end_leftovers(home, say)
            ports = listening.resolve(settings)
            began = time.monotonic()
            with embedded.lease(settings, stop_under_clients=True) as url:
                _migrate(url)
                _check_open_to_whom(settings, url)
                say(f"database is ready ({time.monotonic() - began:.1f} s)")
                _supervise(settings, url, replace(stack, ports=asdict(ports)), stop, say)
        except MdgError:
            # a Ctrl-C reaches the tools of Postgres too, whose complaint is then no news
            if not stop.is_set():
                raise
        finally:
            state.remove_state(home)
        say("stopped")


def detach(settings: Settings, say: Say) -> None:
    """Run the stack in a process of its own, and return once all is ready. Raises MdgError if it is not."""
    log_path = make_folder(settings.home / "logs") / "supervisor.log"
    rotate(log_path)
    workers = ["--workers", str(settings.server.api_workers)] if settings.server.api_workers else []
    with writing(log_path), appending(log_path) as log:
        begin = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "mdg_cli.main", "up", *workers],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **_apart(),  # type: ignore[call-overload]
        )
    try:
        with log_path.open(encoding="utf-8", errors="replace") as lines:
            lines.seek(begin)
            while not _is_up(settings.home, process.pid):
                ended = process.poll() is not None
                for line in lines:
                    say(line.rstrip("\n"))
                if ended:
                    raise MdgError(f"not up; what was said above is also in {log_path}")
                time.sleep(_TICK_SECONDS)
            for line in lines:
                say(line.rstrip("\n"))
    except KeyboardInterrupt:
        trees.end(trees.tree(process.pid)[:1], _DOWN_SECONDS)
        raise


def down(settings: Settings, say: Say) -> bool:
    """End the stack and whatever an earlier one left behind; whether there was anything to end.

    It has ended when its lock is free, whatever its state file says. Raises MdgError if it cannot be ended.
    """
    found = lock.is_held(settings.home)
    if found:
        _await_stop(settings.home, say)
    found = _end_leftovers(settings.home, say) or found
    if embedded.is_running(settings):
        with embedded.lease(settings, stop_under_clients=True):
            found = True
    if found:
        state.remove_state(settings.home)
        state.forget_stop(settings.home)
    return found


def _await_stop(home: Path, say: Say) -> None:
    """Ask the supervisor to stop, and say what it still waits for until it has. Raises MdgError."""
    deadline, told = time.monotonic() + _DOWN_SECONDS, ""
    while lock.is_held(home):
        state.ask_to_stop(home)  # again and again: one that is just starting forgets what was asked before
        current = state.read_state(home)
        if (waits := _left_to_stop(current)) != told:
            told = waits
            say(f"stopping: {waits}")
        if time.monotonic() > deadline:
            _force(home, current)
            return
        time.sleep(_TICK_SECONDS)


def _left_to_stop(current: StackState | None) -> str:
    left = [each.name for each in current.processes if each.state != State.STOPPED] if current else []
    return f"waiting for {', '.join(left)}" if left else "waiting for the supervisor"


def _force(home: Path, current: StackState | None) -> None:
    """Kill a supervisor that does not stop. Raises MdgError if its lock is still held then."""
    supervisor = current.supervisor() if current else None
    if supervisor is not None:
        trees.end(trees.tree(supervisor.pid), GRACE_SECONDS)
    if lock.is_held(home):
        raise MdgError(
            f"mdg up for {home} does not stop: end the process that holds {home / 'stack.lock'} (lsof names it), then "
            "run mdg down again"
        )


def _beginning(settings: Settings) -> StackState:
    own = psutil.Process()
    return StackState(
        pid=own.pid,
        birth=birth(own),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        phase="starting",
        library=libraries_text(settings.libraries),
    )


def _supervise(settings: Settings, url: str, stack: StackState, stop: threading.Event, say: Say) -> None:
    planned = services.plan(settings, url, services.Ports(**stack.ports))
    _say_what_is_missing(say)
    stack = replace(stack, urls={service.name: service.url for service in planned if service.url})
    supervisor = Supervisor(planned, settings.home, lambda service: is_ready(service.probe, url), say)
    database = _Database(settings, url, say)

    def publish() -> None:
        processes = [*database.seen(), *(child.seen() for child in supervisor.children)]
        state.write_state(settings.home, replace(stack, processes=processes))

    tidied = time.monotonic()
    try:
        publish()
        while not stop.wait(_TICK_SECONDS) and not state.asked_to_stop(settings.home):
            changed = database.tick()
            changed = supervisor.tick() or changed
            if stack.phase == "starting":
                if failed := supervisor.failed():
                    raise MdgError(f"{failed[0].service.name} does not start, so nothing is kept; why is said above")
                if supervisor.is_ready():
                    stack, changed = replace(stack, phase="ready"), True
            if changed:
                publish()
            if time.monotonic() - tidied > _TIDY_SECONDS:
                tidied = time.monotonic()
                supervisor.keep_logs_small()
        say("stopping")
        stack = replace(stack, phase="stopping")
        publish()
    finally:
        supervisor.stop(publish)
        # what the processes started and left behind, as runs of Dagster
        _end_leftovers(settings.home, lambda line: None)


class _Database:
    """Watches the embedded server; one of somebody else's is not ours to watch."""

    def __init__(self, settings: Settings, url: str, say: Say) -> None:
        # whoever is connected knows the port, so a new start must take the same
        server = settings.server.model_copy(update={"database_port": urlsplit(url).port})
        self._settings = settings.model_copy(update={"server": server})
        self._crashes = Crashes()
        self._say = say
        self._own = settings.database_url is None

    def tick(self) -> bool:
        """Start it again if it has crashed; whether it had. Raises MdgError if that is of no use."""
        if not self._own or embedded.is_running(self._settings):
            return False
        self._say("postgres has ended; it is started again")
        try:
            self._crashes.record(time.monotonic())
        except CrashLoop as crash:
            raise MdgError(f"postgres {crash}: see {self._settings.home / 'logs' / 'postgres.log'}") from None
        embedded.start(self._settings)
        return True

    def seen(self) -> list[ProcessState]:
        process = embedded.server(self._settings)
        if process is None:
            return []
        try:
            born = birth(process)
        except psutil.NoSuchProcess:
            return []
        return [ProcessState("postgres", "ready", process.pid, born, self._crashes.total, "", Probe("database"))]


def _migrate(url: str) -> None:
    from mdg_core.store.migrate import migrate

    migrate(url)


def _check_open_to_whom(settings: Settings, url: str) -> None:
    """Raises MdgError when others could reach a server that asks them for nothing."""
    opened = {
        f"server.{name}": host
        for name, host in (("host", settings.server.host), ("dagster_host", settings.server.dagster_host))
        if not is_loopback(host)
    }
    if not opened or settings.api_keys:
        return
    with connect(url) as conn:
        scopes = {row.scope for row in keys.in_force(conn)}
    for setting, host in opened.items():
        if not scopes or (setting == "server.dagster_host" and "admin" not in scopes):
            kind = " of scope admin" if setting == "server.dagster_host" else ""
            example = "mdg keys add NAME --scope admin" if kind else "mdg keys add NAME"
            raise MdgError(
                f"{setting} is {host or 'every address'}, where others can reach it, and there is no key{kind}: make "
                f"one first with `{example}`, or listen on 127.0.0.1"
            )


def _say_what_is_missing(say: Say) -> None:
    if not services.can_serve():
        say("the API is not installed, so it is left out: pip install '.[serving]' in the checkout")
    if not services.can_run_pipeline():
        say("Dagster is not installed, so research is left out: pip install '.[pipeline]' in the checkout")


def _end_leftovers(home: Path, say: Say) -> bool:
    left = trees.leftovers(home)
    if left:
        say(f"ending {len(left)} processes that an earlier stack left behind")
        trees.end(left, GRACE_SECONDS)
    return bool(left)


def _is_up(home: Path, pid: int) -> bool:
    current = state.running(home)
    # on Windows the Python of a virtual environment runs as a child of the process that was started
    pids = {process.pid for process in trees.tree(pid)}
    return current is not None and current.pid in pids and current.phase == "ready"


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """An event that the signals to stop set, for as long as the context lasts."""
    stop = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    known = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    # one that is ignored was so by whoever started us, as nohup does
    before = {number: signal.signal(number, handle) for number in known if signal.getsignal(number) != signal.SIG_IGN}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _apart() -> dict[str, bool | int]:
    """Popen options of a process that outlives our terminal."""
    if sys.platform == "win32":
        # a hidden console: its children share it, and hear a Ctrl-Break in it
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}
