"""mdg up, down, status and doctor, with a small web server in the place of API and Dagster."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from mdg_cli.main import app
from mdg_cli.stack import doctor, lock, state, trees, up
from mdg_cli.stack.services import code_socket
from mdg_cli.stack.state import StackState
from mdg_core.errors import MdgError, UsageError
from mdg_core.home import close_to_others, write_whole
from mdg_core.processes import lives
from mdg_core.settings import Settings, load_settings
from mdg_core.store import embedded

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 40
# `mdg up` where the plan is one web server
UP = """
import sys
from mdg_cli.main import main
from mdg_cli.stack import services
from mdg_cli.stack.probes import Probe
def plan(settings, url, ports):
    code = (
        "import http.server as h; H = type('H', (h.SimpleHTTPRequestHandler,), {}); "
        f"h.HTTPServer(('127.0.0.1', {ports.api}), H).serve_forever()"
    )
    at = f"http://127.0.0.1:{ports.api}"
    return [services.Service("web", [sys.executable, "-c", code], Probe("http", at + "/"), url=at)]
services.plan = plan
sys.argv = ["mdg", "up"]
main()
"""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("API", "DAGSTER", "CODE", "DATABASE"):
        monkeypatch.setenv(f"MDG_SERVER__{name}_PORT", "0")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mdg-test-") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("MDG_HOME", folder)
        settings = Settings()
        yield settings.home
        trees.end(trees.leftovers(settings.home), 5)
        embedded.erase(settings)


def mdg(*arguments: str) -> tuple[int, str]:
    load_settings.cache_clear()
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def mdg_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mdg_cli.main", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


def start(home: Path) -> tuple[subprocess.Popen[str], StackState]:
    process = subprocess.Popen([sys.executable, "-c", UP], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (current := state.running(home)) is None or current.phase != "ready" or current.pid != process.pid:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process, current


def pid_of(current: StackState, name: str) -> int:
    pid = next(process.pid for process in current.processes if process.name == name)
    assert pid is not None
    return pid


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
def test_the_life_of_a_stack(home: Path) -> None:
    process, current = start(home)
    assert mdg("status", "--json")[0] == 0
    told = json.loads(mdg("status", "--json")[1])
    assert told["ready"]
    assert [service["name"] for service in told["processes"]] == ["postgres", "web"]
    assert told["urls"] == current.urls
    assert told["queue"] is not None
    code, output = mdg("up")
    assert code == 0
    assert "already up" in output
    assert current.urls["web"] in output

    # the supervisor is killed: what it leaves is seen, and a new one begins by ending it
    web, database = psutil.Process(pid_of(current, "web")), pid_of(current, "postgres")
    process.kill()
    process.communicate()
    code, output = mdg("status")
    assert "1 processes of a stack whose supervisor has died are left" in output
    process, current = start(home)
    assert not lives(web)
    assert pid_of(current, "postgres") == database  # that one is taken over

    # a service is killed, and comes back
    web = psutil.Process(pid_of(current, "web"))
    web.kill()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ((told := json.loads(mdg("status", "--json")[1]))["ready"] and told["processes"][1]["restarts"] == 1):
        assert time.monotonic() < deadline
    # so does the database, on the port that everybody knows
    url = embedded.url(Settings(home=home))
    psutil.Process(pid_of(current, "postgres")).kill()
    while (told := json.loads(mdg("status", "--json")[1]))["processes"][0]["restarts"] != 1 or not told["ready"]:
        assert time.monotonic() < deadline
    assert embedded.url(Settings(home=home)) == url

    code, output = mdg("down")
    assert code == 0
    assert output.startswith("stopping: waiting for postgres, web\n")
    assert output.endswith("\nstopped\n")
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "web was killed (signal 9), by a person or by the system for want of memory; it is started again" in said
    assert said.endswith("stopping\nstopped\n")
    assert trees.leftovers(home) == []
    assert not embedded.is_running(Settings(home=home))
    assert mdg("down") == (0, "nothing was running\n")

    # a signal ends all as well
    process, current = start(home)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert not psutil.pid_exists(pid_of(current, "web"))
    assert not embedded.is_running(Settings(home=home))
    assert state.read_state(home) is None


def test_a_stack_whose_state_says_nothing_is_stopped_all_the_same(home: Path) -> None:
    """The lock tells that it runs: the state may be lost, or of a process that the machine no longer knows."""
    process, current = start(home)
    state.write_state(home, replace(current, birth="another boot/1"))
    assert mdg("status")[1].startswith("starting or stopping")
    assert "already up" not in mdg_process("up").stdout
    state.remove_state(home)
    code, output = mdg("down")
    assert (code, output.splitlines()[-1]) == (0, "stopped")
    assert not lock.is_held(home)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert not psutil.pid_exists(pid_of(current, "web"))


def test_stopped_is_said_when_the_lock_is_free(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor that does not stop in time, and that no state names, is no stack that has stopped."""
    monkeypatch.setattr(up, "_DOWN_SECONDS", 0.0)
    with lock.alone(home), pytest.raises(MdgError, match="does not stop"):
        mdg("down")
    assert mdg("down") == (0, "nothing was running\n")


def test_detach_fails_with_the_reason_when_a_port_is_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("MDG_SERVER__API_PORT", str(port))
        result = mdg_process("up", "--detach")
    assert result.returncode == 1
    assert f"port {port} of 127.0.0.1 is taken by" in result.stderr
    assert "MDG_SERVER__API_PORT" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (home / "postgres").exists()
    assert state.read_state(home) is None


@pytest.mark.slow
def test_the_real_stack(home: Path) -> None:
    pytest.importorskip("dagster")
    result = subprocess.run(
        [sys.executable, "-m", "mdg_cli.main", "up", "--detach"],
        cwd=ROOT, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    told = json.loads(mdg("status", "--json")[1])
    assert told["ready"]
    names = {"postgres", "api", "code-server", "webserver", "daemon"}
    assert {service["name"] for service in told["processes"]} == names
    code, output = mdg("down")
    assert (code, output.splitlines()[-1]) == (0, "stopped")


def test_status_of_nothing(home: Path) -> None:
    assert mdg("status") == (0, "down\n")
    assert json.loads(mdg("status", "--json")[1])["up"] is False
    assert mdg("down") == (0, "nothing was running\n")
    assert list(home.iterdir()) == []


def test_errors_reach_a_person_without_a_traceback(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("MDG_HOME", str(home / "file"))
    failed = mdg_process("up")
    assert failed.returncode == 1
    assert failed.stderr.startswith("mdg: ")
    assert "MDG_HOME" in failed.stderr
    assert "Traceback" not in failed.stderr
    monkeypatch.setenv("MDG_SERVER__API_PORT", "70000")
    wrong = mdg_process("up")
    assert wrong.returncode == 2
    assert "server.api_port" in wrong.stderr


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from mdg_cli.main import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print([m for m in ('dagster', 'fastapi', 'numpy', 'sqlalchemy', 'torch') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_keys_are_made_listed_and_revoked(home: Path) -> None:
    code, said = mdg("keys", "add", "laptop", "--json")
    assert code == 0
    made = json.loads(said)
    assert (made["name"], made["scope"]) == ("laptop", "generate")
    assert made["key"].startswith("mdg_")
    with pytest.raises(UsageError, match="already"):
        mdg("keys", "add", "laptop")
    with pytest.raises(UsageError, match="no scope 'root'"):
        mdg("keys", "add", "desk", "--scope", "root")
    listed = mdg("keys", "list", "--json")[1]
    assert [(key["name"], key["scope"]) for key in json.loads(listed)["keys"]] == [("laptop", "generate")]
    assert made["key"] not in listed
    # for others to reach, Dagster wants a key of scope admin, and the API any
    result = refused_up("MDG_SERVER__DAGSTER_HOST")
    assert "server.dagster_host is 0.0.0.0" in result
    assert "--scope admin" in result
    assert mdg("keys", "revoke", "laptop")[1].startswith("revoked laptop\nNo key is left")
    assert "server.host is 0.0.0.0" in refused_up("MDG_SERVER__HOST")
    with pytest.raises(MdgError, match="no key named"):
        mdg("keys", "revoke", "laptop")
    assert "no keys" in mdg("keys", "list")[1]
    if os.name == "posix":
        for path in (home / "logs", home / "leases"):
            assert path.stat().st_mode & 0o077 == 0, path
        for path in (home / "postgres.json", *(home / "logs").iterdir()):
            assert path.stat().st_mode & 0o077 == 0, path


def refused_up(variable: str) -> str:
    """What `mdg up` says that is to listen to everybody with one of its servers."""
    result = subprocess.run(
        [sys.executable, "-c", UP], env=os.environ | {variable: "0.0.0.0"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stderr
    return result.stderr


def test_an_older_home_is_closed_to_others(tmp_path: Path) -> None:
    for name in ("logs", "lake", "elsewhere"):
        (tmp_path / name).mkdir(mode=0o755)
    close_to_others(tmp_path)
    if os.name == "posix":
        assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("logs", "lake", "elsewhere")] == [
            0o700, 0o700, 0o755,
        ]  # fmt: skip
    write_whole(tmp_path / "new" / "file", b"x")
    assert (tmp_path / "new" / "file").stat().st_mode & 0o077 == 0 or os.name != "posix"


def test_the_code_server_has_a_socket_where_it_can(tmp_path: Path) -> None:
    if not hasattr(socket, "AF_UNIX") or sys.platform == "win32":
        assert code_socket(tmp_path) is None
        return
    assert code_socket(Path("/srv/mdg")) == Path("/srv/mdg/dagster/code.sock")
    deep = code_socket(tmp_path / ("deep" * 30))
    assert deep is not None
    assert len(os.fsencode(deep)) < 104
    assert deep.parent.stat().st_mode & 0o077 == 0
    deep.parent.rmdir()


def test_wrong_usage_exits_with_2() -> None:
    assert mdg("up", "--sideways")[0] == 2
    assert mdg("--version")[0] == 0


def findings(subject: str) -> list[doctor.Finding]:
    load_settings.cache_clear()
    return [finding for finding in doctor.examine() if finding.subject == subject]


def test_doctor_finds_this_machine_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDG_LIBRARY", str(home / "library"))
    (home / "library" / "somebody").mkdir(parents=True)
    code, output = mdg("doctor")
    assert code == 0, output
    (library,) = findings("library")
    assert (library.level, library.message) == (doctor.Level.OK, f"1 artists in {home / 'library'}")


def test_doctor_tells_what_is_wrong(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("MDG_SERVER__API_PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("DATABASE_URL", "postgresql://mdg@127.0.0.1:1/mdg")
        monkeypatch.setenv("MDG_LIBRARY", str(home / "nowhere"))
        monkeypatch.delenv("MDG_CONTACT", raising=False)
        code, output = mdg("doctor", "--json")
    assert code == 1
    levels = {finding["subject"]: finding["level"] for finding in json.loads(output)}
    assert (levels["ports"], levels["database"]) == ("problem", "problem")
    assert (levels["library"], levels["contact"]) == ("warning", "warning")


def test_doctor_names_a_setting_that_cannot_be_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDG_SERVER__API_PORT", "drums")
    (finding,) = findings("settings")
    assert finding.level is doctor.Level.PROBLEM
    assert "server.api_port" in finding.message


def test_doctor_sees_a_closed_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("MDG_HOME", str(home / "file" / "state"))
    (finding,) = findings("home")
    assert finding.level is doctor.Level.PROBLEM
    assert "set MDG_HOME" in finding.remedy
