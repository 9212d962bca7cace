"""What the server says to a request that is no HTTP, and what several workers count together."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mdg_core.settings import Settings
from mdg_core.store.connect import Connection
from mdg_serving.app import create_app
from mdg_serving.protocol import ProblemProtocol
from tests.serving.live import served


@pytest.fixture
def api(settings: Settings, conn: Connection) -> Iterator[str]:
    with served(create_app(settings)) as url:
        yield url


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    ],
)  # fmt: skip
def test_no_http_is_a_problem(api: str, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(api).port or 0), timeout=10) as client:
        client.sendall(sent)
        said = b"".join(iter(lambda: client.recv(4096), b""))
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == 400


def test_both_of_uvicorns_protocols_refuse_by_the_same_method() -> None:
    for protocol in (H11Protocol, HttpToolsProtocol):
        assert callable(protocol.send_400_response)
    assert issubclass(ProblemProtocol, H11Protocol | HttpToolsProtocol)


_WORKER = """
from mdg_serving.metrics import Gauge, Metrics
counted = Metrics()
counted.observe("/healthz", "GET", 200, 0.003)
print(counted.text([Gauge("mdg_now", "Now.", "state", {"a": 2})]).decode())
"""


def test_what_workers_count_adds_up(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for worker in (1, 2):
        text = subprocess.run([sys.executable, "-c", _WORKER], env=environment, capture_output=True, check=True).stdout
        said = text.decode().splitlines()
        assert f'mdg_http_requests_total{{method="GET",route="/healthz",status="200"}} {worker}.0' in said
        assert f'mdg_http_request_duration_seconds_count{{route="/healthz"}} {worker}.0' in said
        assert 'mdg_now{state="a"} 2.0' in said
