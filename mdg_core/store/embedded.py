"""The embedded Postgres of one MDG_HOME: start, stop, and lend it to commands.

It listens on 127.0.0.1 alone. Its port and passwords are in MDG_HOME/postgres.json, its log in
MDG_HOME/logs/postgres.log. Every function here may be called at any time by several processes at once: a file
lock in MDG_HOME puts them in order.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import LiteralString

import psutil
import psycopg
from filelock import FileLock, Timeout
from psycopg import sql

from mdg_core import ports
from mdg_core.endings import disk_full, tells_disk_full
from mdg_core.errors import MdgError
from mdg_core.home import make_folder, make_home, read_json, write_json, writing
from mdg_core.logfiles import appending, end, rotate, tail
from mdg_core.processes import await_end, lives
from mdg_core.settings import Settings
from mdg_core.store import pg_host
from mdg_core.store.pg_host import Host

_log = logging.getLogger(__name__)

NAME = "mdg"
_ADDRESS = "127.0.0.1"
_SUPERUSER = "postgres"
_START_SECONDS = 120
_END_SECONDS = 10
_LOCK_SECONDS = 180
_PORT_ATTEMPTS = 3
_CONFIGURATION = {
    "listen_addresses": _ADDRESS,
    "unix_socket_directories": "",
    "max_connections": "100",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
}


@dataclass(frozen=True)
class _Record:
    """MDG_HOME/postgres.json. `data_dir` is relative when it is inside MDG_HOME, which may then be moved."""

    data_dir: str
    port: int
    password: str
    superuser_password: str
    provisioned: bool = False


def start(settings: Settings) -> str:
    """Start the server unless it runs already, and return its URL.

    Makes the database on first use, and recovers from whatever an earlier process left behind. With
    DATABASE_URL set, starts nothing. Raises MdgError with the end of Postgres's log if it does not start.
    """
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    with _locked(settings):
        return _start(settings)


def stop(settings: Settings) -> None:
    """Stop the server if it runs, and wait until it has."""
    if settings.database_url is None and _home_exists(settings):
        with _locked(settings):
            _stop(settings)


def is_running(settings: Settings) -> bool:
    """Does the embedded server of this MDG_HOME run?"""
    return server(settings) is not None


def server(settings: Settings) -> psutil.Process | None:
    """The main process of the embedded server of this MDG_HOME, if it runs."""
    record = None if settings.database_url else _read_record(settings)
    return _postmaster(_data_dir(settings, record)) if record else None


def url(settings: Settings) -> str:
    """The URL of the database, whether or not it runs. Raises MdgError if it was never made."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    record = _read_record(settings)
    if record is None:
        raise MdgError(f"there is no database in {settings.home} yet: run mdg up, or research an artist")
    return _url(record)


@contextmanager
def lease(settings: Settings, *, stop_under_clients: bool = False) -> Iterator[str]:
    """The URL of a server that runs at least as long as this context.

    The last holder of a lease stops the server, so commands that overlap never pull it from under each other.
    Clients that hold no lease keep it up as well, unless `stop_under_clients`, which is for the supervisor: when
    that goes, so does the server. With DATABASE_URL set, starts and stops nothing. Raises what `start` raises.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with _locked(settings):
        address = _start(settings)
        mine = FileLock(_leases(settings) / f"{uuid.uuid4().hex}.lock")
        mine.acquire()
    try:
        yield address
    finally:
        with _locked(settings):
            mine.release()
            Path(mine.lock_file).unlink(missing_ok=True)
            if not _is_leased(settings) and (stop_under_clients or not _has_other_clients(settings)):
                _stop(settings)


def erase(settings: Settings) -> None:
    """Stop the server and remove its data and passwords for good. The state of tests and benchmarks ends so."""
    if settings.database_url is not None or not _home_exists(settings):
        return
    with _locked(settings):
        _stop(settings)
        record = _read_record(settings)
        if record is not None:
            _remove(_data_dir(settings, record))
        _record_path(settings).unlink(missing_ok=True)
        _remove(pg_host.private_root(settings.home))


def _start(settings: Settings) -> str:
    record = _read_record(settings)
    host = pg_host.locate(settings, _data_dir(settings, record) if record else None)
    if record is not None and _data_dir(settings, record) != host.data_dir:
        raise MdgError(
            f"the database of {settings.home} is in {_data_dir(settings, record)}, but database.data_dir says "
            f"{host.data_dir}: unset it, or move the folder and correct {_record_path(settings)}"
        )
    if record is None or not host.data_dir.exists():
        if host.data_dir.exists():
            _set_aside(host)
        record = _initialise(settings, host)
    _check_version(host.data_dir)
    if _postmaster(host.data_dir) is None:
        _end_orphans(host.data_dir)
        begin = _launch(settings, host)
    else:
        begin = end(_log_path(settings))
    record = replace(record, port=_await_port(settings, host.data_dir, begin))
    if not record.provisioned:
        _provision(record)
        record = replace(record, provisioned=True)
    if record != _read_record(settings):
        _write_record(settings, record)
    return _url(record)


def _initialise(settings: Settings, host: Host) -> _Record:
    """Make the data folder beside its place and move it there whole: a kill half-way leaves nothing broken."""
    make_home(host.data_dir.parent)
    for leftover in host.data_dir.parent.glob(f"{host.data_dir.name}.new-*"):
        _remove(leftover)
    try:
        inside = host.data_dir.relative_to(settings.home)
    except ValueError:
        inside = host.data_dir
    record = _Record(str(inside), 0, secrets.token_urlsafe(24), secrets.token_urlsafe(24))
    with writing(host.data_dir):
        unfinished = Path(tempfile.mkdtemp(prefix=f"{host.data_dir.name}.new-", dir=host.data_dir.parent))
        try:
            data, password = unfinished / "data", unfinished / "password"
            data.mkdir(mode=0o700)
            password.touch(mode=0o600)
            password.write_text(record.superuser_password + "\n", encoding="ascii")
            for path in (unfinished, data, password):
                host.own(path)
            result = host.run(
                "initdb",
                *("-D", data, "-U", _SUPERUSER, f"--pwfile={password}", "-A", "scram-sha-256", "--no-instructions"),
                # C order, with upper and lower case of all scripts
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *(argument for name, value in _CONFIGURATION.items() for argument in ("-c", f"{name}={value}")),
            )
            if result.returncode != 0:
                raise _failure("could not make the database", result.stdout.decode(errors="replace"), host.data_dir)
            _write_record(settings, record)
            data.rename(host.data_dir)
        finally:
            _remove(unfinished)
    return record


def _launch(settings: Settings, host: Host) -> int:
    """Start the server; where in its log that begins."""
    make_folder(settings.home / "logs")
    log_path = _log_path(settings)
    rotate(log_path)
    wanted = settings.server.database_port
    for _ in range(_PORT_ATTEMPTS):
        port = wanted if wanted and ports.is_free(_ADDRESS, wanted) else ports.free_port(_ADDRESS)
        with writing(log_path), appending(log_path) as log:
            begin = log.tell()
            # the server inherits the open log, which its own account could not open
            options = ("-w", "-s", "-t", str(_START_SECONDS), "-o", f"-p {port}")
            result = host.run("pg_ctl", "start", "-D", host.data_dir, *options, stdout=log, timeout=2 * _START_SECONDS)
        if result.returncode == 0:
            return begin
        said = tail(log_path, since=begin)
        if "could not bind" not in said:
            break
    raise _failure("Postgres did not start", said, host.data_dir)


def _await_port(settings: Settings, data_dir: Path, begin: int) -> int:
    """The port of the server in `data_dir`, once it is ready: it may have been started by a command killed since.

    What it says from `begin` in its log is quoted where it fails.
    """
    deadline = time.monotonic() + _START_SECONDS
    while _postmaster(data_dir) is not None and time.monotonic() < deadline:
        lines = (data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        if len(lines) > 7 and lines[7].strip() == "ready":
            return int(lines[3])
        time.sleep(0.05)
    raise _failure("Postgres did not become ready", tail(_log_path(settings), since=begin), data_dir)


def _provision(record: _Record) -> None:
    """Make role, database and extension; some may have been made before a kill."""
    with _connect_superuser(record, "postgres") as connection:
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s"):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(NAME)))
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(NAME), sql.Literal(record.password))
        )
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s"):
            connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(NAME)))
    with _connect_superuser(record, NAME) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")


def _connect_superuser(record: _Record, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=_ADDRESS,
        port=record.port,
        user=_SUPERUSER,
        password=record.superuser_password,
        dbname=database,
        autocommit=True,
        connect_timeout=10,
    )


def _exists(connection: psycopg.Connection[tuple[object, ...]], query: LiteralString) -> bool:
    return connection.execute(query, (NAME,)).fetchone() is not None


def _stop(settings: Settings) -> None:
    record = _read_record(settings)
    if record is not None and server(settings) is not None:
        _halt(pg_host.locate(settings, _data_dir(settings, record)))


def _halt(host: Host) -> None:
    process = _postmaster(host.data_dir)
    if process is None:
        return
    for mode in ("fast", "immediate"):
        result = host.run("pg_ctl", "stop", "-D", host.data_dir, "-w", "-s", "-t", "30", "-m", mode)
        if result.returncode == 0 or _postmaster(host.data_dir) is None:
            _await_end([process])  # pg_ctl waits for the pid file only, which goes a little earlier
            return
    raise MdgError(
        f"Postgres (process {process.pid}) does not stop: {result.stdout.decode(errors='replace').strip()}; "
        "end it by hand, the next start recovers"
    )


def _postmaster(data_dir: Path) -> psutil.Process | None:
    """The live server of `data_dir`; None without one, also if another program has got its process id by now."""
    try:
        pid = int((data_dir / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return next(iter(_servers(data_dir, [pid])), None)


def _servers(data_dir: Path, pids: list[int]) -> list[psutil.Process]:
    """Those of `pids` that are processes of Postgres working in `data_dir`; one that only awaits its parent is none."""
    found = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            if (
                process.name().startswith("postgres")
                and lives(process)
                and Path(process.cwd()).resolve() == data_dir.resolve()
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def _end_orphans(data_dir: Path) -> None:
    """Make way for a start after a server was killed.

    Its sessions can outlive it for as long as a query runs, and share its memory: two generations would ruin the
    data, so they are ended before the pid file goes. Postgres itself refuses to start when the process id in that
    file is in use, even if by some other program now.
    """
    orphans = _servers(data_dir, psutil.pids())
    for process in orphans:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    _await_end(orphans)
    with writing(data_dir):
        (data_dir / "postmaster.pid").unlink(missing_ok=True)


def _await_end(processes: list[psutil.Process]) -> None:
    if left := await_end(processes, _END_SECONDS):
        pids = ", ".join(str(process.pid) for process in left)
        raise MdgError(f"Postgres processes do not end, end them by hand: {pids}")


def _has_other_clients(settings: Settings) -> bool:
    """Is anybody but this process connected?"""
    record = _read_record(settings)
    if record is None or server(settings) is None:
        return False
    try:
        with _connect_superuser(record, "postgres") as connection:
            rows = connection.execute(
                "SELECT client_port FROM pg_stat_activity WHERE backend_type = 'client backend'"
            ).fetchall()
            ours = {link.laddr.port for link in psutil.Process().net_connections("tcp") if link.laddr}
    except psycopg.OperationalError:
        return False
    return any(row[0] not in ours for row in rows)


def _is_leased(settings: Settings) -> bool:
    """Does any process hold a lease? A dead one's lock is free, and is cleared away."""
    for path in _leases(settings).glob("*.lock"):
        try:
            with FileLock(path).acquire(timeout=0):
                pass
        except Timeout:
            return True
        path.unlink(missing_ok=True)
    return False


def _set_aside(host: Host) -> None:
    """Move data away whose passwords went with their MDG_HOME; one such folder is kept."""
    _halt(host)
    aside = host.data_dir.with_name(f"{host.data_dir.name}.set-aside")
    _log.warning("%s has no postgres.json any more: it is kept as %s, a new database is made", host.data_dir, aside)
    with writing(host.data_dir):
        _remove(aside)
        host.data_dir.rename(aside)


def _check_version(data_dir: Path) -> None:
    version = (data_dir / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != str(pg_host.MAJOR):
        raise MdgError(
            f"{data_dir} was made by Postgres {version}, this is Postgres {pg_host.MAJOR}: bring it over with "
            "pg_upgrade or pg_dump, or move the folder and postgres.json away to begin anew"
        )


def _failure(what: str, said: str, data_dir: Path) -> MdgError:
    if tells_disk_full(said):
        return MdgError(f"{what}: {disk_full(data_dir)}")
    return MdgError(f"{what} in {data_dir}; it said:\n{said.strip() or '(nothing)'}")


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    make_home(settings.home)
    lock = FileLock(settings.home / "postgres.lock")
    try:
        with writing(settings.home):
            lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout:
        raise MdgError(f"another mdg process has been busy with the database in {settings.home} for too long") from None
    try:
        yield
    finally:
        lock.release()


def _home_exists(settings: Settings) -> bool:
    return settings.home.is_dir()


def _leases(settings: Settings) -> Path:
    return make_folder(settings.home / "leases")


def _log_path(settings: Settings) -> Path:
    return settings.home / "logs" / "postgres.log"


def _record_path(settings: Settings) -> Path:
    return settings.home / "postgres.json"


def _read_record(settings: Settings) -> _Record | None:
    try:
        content = read_json(_record_path(settings))
        return _Record(**content) if content is not None else None
    except TypeError as error:
        raise MdgError(f"{_record_path(settings)} is not as mdg wrote it: restore it or move it away") from error


def _write_record(settings: Settings, record: _Record) -> None:
    write_json(_record_path(settings), asdict(record), mode=0o600)


def _data_dir(settings: Settings, record: _Record) -> Path:
    return settings.home / record.data_dir


def _url(record: _Record) -> str:
    return f"postgresql://{NAME}:{record.password}@{_ADDRESS}:{record.port}/{NAME}"


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
