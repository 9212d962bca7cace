"""Is a service ready? Probes are plain data, so that `mdg status` can ask again what the supervisor asked."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from mdg_core.errors import MdgError

_TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True)
class Probe:
    """`kind` and `target`: http, a URL that answers 200; tcp, host:port that accepts; unix, a socket's path that
    does; database, a Postgres URL that answers; pipeline, a database whose request sensor has reported of late;
    alive, a process that runs.
    """

    kind: Literal["http", "tcp", "unix", "database", "pipeline", "alive"]
    target: str = ""


def is_ready(probe: Probe, database_url: str) -> bool:
    """One question, answered within seconds; any failure to answer is a no."""
    match probe.kind:
        case "http":
            return _answers_200(probe.target)
        case "tcp":
            host, _, port = probe.target.rpartition(":")
            return _accepts(host, int(port))
        case "unix":
            return _accepts_locally(probe.target)
        case "database":
            return _database_answers(database_url)
        case "pipeline":
            return _pipeline_reports(database_url)
        case "alive":
            return True


def _answers_200(url: str) -> bool:
    # not urllib, which would ask a proxy of the environment for our own address
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS):
            return True
    except OSError:
        return False


def _accepts_locally(path: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_TIMEOUT_SECONDS)
            line.connect(path)
            return True
    except OSError:
        return False


def _database_answers(url: str) -> bool:
    from mdg_core.store.connect import connect

    try:
        with connect(url, name="mdg-status"):
            return True
    except MdgError:
        return False


def _pipeline_reports(url: str) -> bool:
    from mdg_core.store.connect import connect
    from mdg_core.store.heartbeat import pipeline_is_alive

    try:
        with connect(url, name="mdg-status") as connection:
            return pipeline_is_alive(connection)
    except MdgError:
        return False
