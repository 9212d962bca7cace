"""Requests to a server on this machine, by clients that cost little themselves: of the standard library, kept alive."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    body: bytes | None = None  # JSON; None: a GET

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True, slots=True)
class Load:
    seconds: float  # of all together
    milliseconds: list[float]  # of each


def send(url: str, requests: Sequence[Request]) -> list[float]:
    """One after another on one connection; the time of each in ms. Raises RuntimeError for what is not 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    times = []
    for request in requests:
        begin = time.perf_counter()
        headers = {"Content-Type": "application/json"} if request.body else {}
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
        answered = response.read()
        times.append(1000 * (time.perf_counter() - begin))
        if response.status != 200:
            raise RuntimeError(f"{request.path}: {response.status} {answered[:300]!r}")
    connection.close()
    return times


def send_at_once(url: str, requests: Sequence[Request], clients: int) -> Load:
    """By so many clients, each with every so-manieth of the requests."""
    shares = [requests[n::clients] for n in range(clients)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = [t for part in pool.map(lambda share: send(url, share), shares) for t in part]
    return Load(time.perf_counter() - begin, times)
