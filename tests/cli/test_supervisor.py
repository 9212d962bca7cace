"""The supervisor with small programs in place of the real services."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from mdg_cli.stack import listening, services, state, trees
from mdg_cli.stack.children import Child, Crashes, CrashLoop, State
from mdg_cli.stack.probes import Probe, is_ready
from mdg_cli.stack.services import Service
from mdg_cli.stack.state import ProcessState, StackState
from mdg_cli.stack.supervisor import Supervisor
from mdg_core import ports
from mdg_core.errors import MdgError
from mdg_core.processes import birth, lives
from mdg_core.settings import ServerSettings, Settings

PATIENCE_SECONDS = 20
# answers 200 to anything, and starts a child of its own that does nothing for long
SERVER = """
import http.server, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/ready" else 404); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
IDLE = "import time; time.sleep(600)"


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mdg test ") as folder:
        yield Path(folder)
        trees.end(trees.leftovers(Path(folder)), 5)


def program(name: str, code: str, *arguments: str, probe: Probe | None = None, after: tuple[str, ...] = ()) -> Service:
    return Service(name, [sys.executable, "-c", code, *arguments], probe or Probe("alive"), after=after)


def web_server(name: str = "web", after: tuple[str, ...] = ()) -> Service:
    port = ports.free_port("127.0.0.1")
    return program(name, SERVER, str(port), probe=Probe("http", f"http://127.0.0.1:{port}/ready"), after=after)


def supervise(home: Path, *planned: Service) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    return Supervisor(planned, home, lambda service: is_ready(service.probe, ""), said.append), said


def tick_until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        supervisor.tick()
        time.sleep(0.01)
        assert time.monotonic() < deadline, [
            (child.service.name, child.state, child.message) for child in supervisor.children
        ]


def test_services_start_in_order_and_end_with_all_they_started(home: Path) -> None:
    supervisor, said = supervise(home, web_server("first"), web_server("second", after=("first",)))
    supervisor.tick()
    first, second = supervisor.children
    assert (first.state, second.state) == (State.STARTING, State.WAITING)
    tick_until(supervisor, supervisor.is_ready)
    assert [line.split(" (")[0] for line in said] == ["first is ready", "second is ready"]
    processes = [process for child in supervisor.children for process in trees.tree(child.process.pid)]
    assert len(processes) == 4
    supervisor.stop(lambda: None)
    assert not any(lives(process) for process in processes)
    assert first.state is State.STOPPED


def test_a_killed_service_comes_back(home: Path) -> None:
    supervisor, said = supervise(home, web_server())
    tick_until(supervisor, supervisor.is_ready)
    killed = supervisor.children[0].process
    killed.kill()
    tick_until(supervisor, lambda: not supervisor.is_ready())
    tick_until(supervisor, supervisor.is_ready)
    assert supervisor.children[0].process.pid != killed.pid
    assert supervisor.children[0].seen().restarts == 1
    assert "it is started again" in said[1]
    supervisor.stop(lambda: None)


def test_a_service_that_keeps_crashing_is_given_up_with_the_end_of_its_log(home: Path) -> None:
    child = Child(program("broken", "raise SystemExit('no drums today')"), home, crashes=Crashes(first_delay=0.01))
    child.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while child.state is not State.FAILED and time.monotonic() < deadline:
        child.tick(lambda service: False)
        time.sleep(0.01)
    assert child.state is State.FAILED
    assert "ended with status 1: no drums today, and crashed 3 times before it was ready" in child.message
    assert child.message.count("\nno drums today") == 1  # of its last run alone
    assert child.seen().pid is None


def test_a_service_that_is_never_ready_is_given_up_and_ended(home: Path) -> None:
    child = Child(program("slow", IDLE), home, ready_seconds=0)
    child.start()
    child.tick(lambda service: False)
    assert child.state is State.FAILED
    assert "not ready after 0 s" in child.message
    assert not lives(child.process)


def test_a_service_that_ignores_the_signal_is_killed(home: Path) -> None:
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)\n" + IDLE
    child = Child(program("deaf", code), home)
    child.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "deaf" not in child.log_path.read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    child.stop(grace_seconds=0.1)
    assert not lives(child.process)


def test_crashes_wait_longer_each_time_and_old_ones_are_forgotten() -> None:
    crashes = Crashes(limit=3, window=60, first_delay=0.5)
    assert crashes.record(100) == 100.5
    assert crashes.record(110) == 111
    assert crashes.record(165) == 166  # the crash at 100 is more than 60 s ago
    with pytest.raises(CrashLoop):
        crashes.record(166)
    assert crashes.total == 4


def test_a_service_that_is_never_ready_is_given_up_however_slowly_it_ends() -> None:
    crashes = Crashes(in_vain=3)
    crashes.record(0, was_ready=False)
    crashes.record(100, was_ready=True)
    crashes.record(200, was_ready=False)
    crashes.record(300, was_ready=False)
    with pytest.raises(CrashLoop, match="3 times before it was ready"):
        crashes.record(400, was_ready=False)


def test_what_a_killed_supervisor_leaves_is_found_and_ended(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from mdg_cli.stack.children import Child; from mdg_cli.stack.services import Service\n"
        "from mdg_cli.stack.probes import Probe\n"
        "command = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "Child(Service('idle', command, Probe('alive')), Path(sys.argv[1])).start()\n"
        "print('started', flush=True); input()\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    root = Path(listening.__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", code, str(home)], cwd=root, **pipes)  # type: ignore[call-overload]
    assert parent.stdout.readline().strip() == b"started"
    parent.kill()
    parent.communicate()
    (orphan,) = trees.leftovers(home)
    assert trees.leftovers(home.parent) == []
    trees.end([orphan], 5)
    assert not lives(orphan)
    assert trees.leftovers(home) == []


def test_own_children_are_no_leftovers(home: Path) -> None:
    child = Child(program("idle", IDLE), home)
    child.start()
    assert trees.leftovers(home) == []
    child.stop(5)


def test_a_log_is_appended_to_and_rotated_when_large(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = Child(program("chatty", "print('again')"), home)
    for _ in range(2):
        child.start()
        child.process.wait()
    assert child.log_path.read_text().split() == ["again", "again"]
    with child.log_path.open("ab") as log:
        log.truncate(10_000_001)
    child.start()
    child.process.wait()
    assert child.log_path.read_text().split() == ["again"]
    assert child.log_path.with_name("chatty.log.1").stat().st_size == 10_000_001


def stack_state(process: psutil.Process) -> StackState:
    return StackState(
        pid=process.pid,
        birth=birth(process),
        started_at="2026-01-01T00:00:00+00:00",
        phase="ready",
        library="/library",
        urls={"api": "http://127.0.0.1:1"},
        ports={"api": 1},
        processes=[ProcessState("api", "ready", 2, "boot/3", 0, "", Probe("http", "http://127.0.0.1:1/healthz"))],
    )


def test_the_state_survives_the_file(home: Path) -> None:
    assert state.running(home) is None
    state.write_state(home, stack_state(psutil.Process()))
    assert state.running(home) == stack_state(psutil.Process())


def test_a_state_whose_process_number_was_given_away_is_stale(home: Path) -> None:
    written = stack_state(psutil.Process())
    state.write_state(home, StackState(**{**vars(written), "birth": f"{written.birth}0"}))
    assert state.running(home) is None
    (home / "stack.json").write_text('{"pid": 1')
    assert state.read_state(home) is None


def settings_with(home: Path, **server: int) -> Settings:
    return Settings(home=home, server=ServerSettings(**{"api_port": 0, "dagster_port": 0, "code_port": 0, **server}))


def test_port_0_takes_free_ports(home: Path) -> None:
    found = listening.resolve(settings_with(home))
    assert len({found.api, found.dagster, found.code}) == 3
    assert listening.resolve(settings_with(home, api_port=found.api)).api == found.api


def test_a_taken_port_is_named_with_its_holder_and_setting(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MdgError) as raised:
            listening.resolve(settings_with(home, dagster_port=port))
    message = str(raised.value)
    assert f"port {port} of 127.0.0.1 is taken by" in message
    assert f"(process {psutil.Process().pid})" in message
    assert "MDG_SERVER__DAGSTER_PORT" in message
    assert "server.dagster_port" in message


def test_one_port_for_two_services_is_refused(home: Path) -> None:
    with pytest.raises(MdgError, match="must differ"):
        listening.resolve(settings_with(home, api_port=9, code_port=9))


def test_an_address_of_no_interface_is_named(home: Path) -> None:
    settings = settings_with(home, api_port=9999)
    server = settings.server.model_copy(update={"host": "203.0.113.1"})
    with pytest.raises(MdgError, match=r"port 9999 of 203\.0\.113\.1 cannot be used"):
        listening.resolve(settings.model_copy(update={"server": server}))


def test_probes(home: Path) -> None:
    port = ports.free_port("127.0.0.1")
    ready, wrong = Probe("http", f"http://127.0.0.1:{port}/ready"), Probe("http", f"http://127.0.0.1:{port}/no")
    listens = Probe("tcp", f"127.0.0.1:{port}")
    assert [is_ready(probe, "") for probe in (ready, listens)] == [False, False]
    child = Child(program("web", SERVER, str(port)), home)
    child.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(ready, "") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [is_ready(probe, "") for probe in (ready, wrong, listens)] == [True, False, True]
    child.stop(5)
    dead = f"postgresql://mdg:x@127.0.0.1:{port}/mdg"
    assert not is_ready(Probe("database"), dead)
    assert not is_ready(Probe("pipeline"), dead)


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:9"), ("0.0.0.0", "http://127.0.0.1:9"), ("::", "http://[::1]:9")],
)
def test_urls_are_those_a_person_can_open(host: str, url: str) -> None:
    assert services.base_url(host, 9) == url


def test_what_is_not_installed_is_left_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_installed", lambda *modules: "fastapi" in modules)
    planned = services.plan(settings_with(home), "postgresql://db.example/mdg", services.Ports(1, 2, 3))
    assert [service.name for service in planned] == ["api"]
    assert planned[0].environment["DATABASE_URL"] == "postgresql://db.example/mdg"
    with contextlib.suppress(FileNotFoundError):
        assert not (home / "dagster").exists()
