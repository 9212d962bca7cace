"""What the stack consists of: a command, an environment and a probe for each service."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mdg_cli.stack.probes import Probe
from mdg_core.home import own_temporary_folder, write_whole
from mdg_core.settings import Settings, libraries_text

DEFINITIONS = "mdg_pipeline.definitions"
LOCATION = "mdg_pipeline"
CODE_HOST = "127.0.0.1"
_MAX_SOCKET_PATH = 100  # bytes; sun_path has 108 on Linux and 104 on macOS, with the NUL
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  addresses to ask, not to listen on


@dataclass(frozen=True)
class Service:
    """A process of the stack. It is started once the services named in `after` are ready."""

    name: str
    command: list[str]
    probe: Probe
    environment: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True)
class Ports:
    """The ports that the services listen on, all of them real; that of the code server where it has no socket."""

    api: int
    dagster: int
    code: int


def code_socket(home: Path) -> Path | None:
    """The Unix socket of Dagster's code server, in a folder of ours alone; None where the system has none.

    The system takes short paths only: below a long one it lies in the folder for temporary files.
    """
    if not hasattr(socket, "AF_UNIX") or sys.platform == "win32":
        return None
    place = home / "dagster" / "code.sock"
    if len(os.fsencode(place)) > _MAX_SOCKET_PATH:
        mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        place = own_temporary_folder(f"mdg-{os.getuid()}-{mark}") / "code.sock"
    return place


def can_serve() -> bool:
    """Are the packages of the API installed?"""
    return _installed("fastapi", "uvicorn")


def can_run_pipeline() -> bool:
    """Are the packages of the pipeline installed?"""
    return _installed("dagster", "dagster_webserver", "dagster_postgres")


def plan(settings: Settings, database_url: str, ports: Ports) -> list[Service]:
    """The services that can run with the packages installed, in the order of their start.

    Writes Dagster's configuration under MDG_HOME.
    """
    environment = {
        "DATABASE_URL": database_url,
        "MDG_HOME": str(settings.home),
        "MDG_LIBRARY": libraries_text(settings.libraries),
        "PYTHONUNBUFFERED": "1",
    }
    services = []
    if can_serve():
        services.append(_api(settings, ports, environment))
    if can_run_pipeline():
        services += _dagster(settings, database_url, ports, environment)
    return services


def base_url(host: str, port: int) -> str:
    """The URL at which a person on this machine reaches a service that listens on `host`."""
    reachable = _WILDCARDS.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _api(settings: Settings, ports: Ports, environment: Mapping[str, str]) -> Service:
    host = settings.server.host
    url = base_url(host, ports.api)
    workers = _workers(settings)
    module = [sys.executable, "-m", "uvicorn", "mdg_serving.app:create_app", "--factory"]
    return Service(
        name="api",
        # an address that a header states is nobody's: limits go by the connection's
        command=[
            *[*module, "--host", host, "--port", str(ports.api), "--no-access-log", "--no-proxy-headers"],
            *["--http", "mdg_serving.protocol:ProblemProtocol"],
            *workers,
        ],
        probe=Probe("http", f"{url}/healthz"),
        environment={**environment, **(_shared_counts(settings.home) if workers else {})},
        url=url,
    )


def _workers(settings: Settings) -> list[str]:
    count = settings.server.api_workers or os.cpu_count() or 1
    return ["--workers", str(count)] if count > 1 else []


def _shared_counts(home: Path) -> dict[str, str]:
    """A folder in which workers keep their counts for Prometheus, emptied: its files are those of processes that are
    gone."""
    folder = home / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _dagster(settings: Settings, database_url: str, ports: Ports, environment: Mapping[str, str]) -> list[Service]:
    """One code server for both the webserver and the daemon: the definitions are in memory once."""
    from mdg_pipeline.instance import prepare

    environment = {**environment, **prepare(settings, database_url)}
    workspace = settings.home / "dagster" / "workspace.yaml"
    place = code_socket(settings.home)
    if place is None:
        server, arguments = {"host": CODE_HOST, "port": ports.code}, ["-h", CODE_HOST, "-p", str(ports.code)]
        probe = Probe("tcp", f"{CODE_HOST}:{ports.code}")
    else:
        server, arguments, probe = {"socket": str(place)}, ["--socket", str(place)], Probe("unix", str(place))
    # JSON is YAML
    write_whole(workspace, json.dumps({"load_from": [{"grpc_server": server | {"location_name": LOCATION}}]}).encode())
    host = settings.server.dagster_host
    url = base_url(host, ports.dagster)
    python = [sys.executable, "-m"]
    code_server = [*python, "dagster", "api", "grpc", "-m", DEFINITIONS, *arguments]
    return [
        Service(
            name="code-server",
            command=[*code_server, "--location-name", LOCATION, "--use-python-environment-entry-point"],
            probe=probe,  # it listens once the definitions are loaded
            environment=environment,
        ),
        Service(
            name="webserver",
            command=[*python, "mdg_pipeline.webserver", host, str(ports.dagster), str(workspace)],
            probe=Probe("http", f"{url}/server_info"),
            environment=environment,
            after=("code-server",),
            url=url,
        ),
        Service(
            name="daemon",
            command=[*python, "dagster._daemon", "run", "-w", str(workspace)],
            probe=Probe("pipeline"),
            environment=environment,
            after=("code-server",),
        ),
    ]


def _installed(*modules: str) -> bool:
    return all(importlib.util.find_spec(module) is not None for module in modules)
