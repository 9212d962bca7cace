"""One request and its answer, within bounds of size and time, to a checked address."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from mdg_pipeline.collect.web.addresses import resolve
from mdg_pipeline.collect.web.errors import BadAnswer, Blocked, NoConnection, TimedOut, TooLarge, Unreachable

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """`seconds` is for the whole exchange, from the name's resolution to the last byte."""

    connect_seconds: float
    read_seconds: float
    seconds: float
    max_bytes: int
    allow_private: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are in lower case; the body is decompressed."""

    status: int
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes


class Lines:
    """The exchanges that are under way, which another thread may end all at once; further ones end as they begin."""

    def __init__(self) -> None:
        self._open: set[_Line] = set()
        self._lock = threading.Lock()
        self.are_cut = False

    def __reduce__(self) -> tuple[type[Lines], tuple[()]]:
        """A process that a client is sent to has exchanges of its own."""
        return Lines, ()

    def cut(self) -> None:
        with self._lock:
            self.are_cut = True
            for line in self._open:
                line.cut()

    @contextmanager
    def holding(self, line: _Line) -> Iterator[None]:
        with self._lock:
            self._open.add(line)
            if self.are_cut:
                line.cut()
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(line)


def exchange(
    url: str, *, headers: Mapping[str, str], cookies: Mapping[str, str], bounds: Bounds, lines: Lines | None = None
) -> Answer:
    """GET the URL, without following redirects; as one of `lines`, when it is to be ended before its time.

    Raises NoConnection, Unreachable, TimedOut, BadAnswer, TooLarge, Blocked.
    """
    line = _Line(bounds)
    watchdog = threading.Timer(bounds.seconds, line.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        with (lines or Lines()).holding(line), requests.Session() as session:
            session.trust_env = False  # a proxy or .netrc of the environment would go round the address check
            session.mount("http://", _Adapter(line))
            session.mount("https://", _Adapter(line))
            with session.get(
                url,
                headers={"Accept-Encoding": "gzip", **headers},
                cookies=dict(cookies),
                allow_redirects=False,
                stream=True,
                timeout=(bounds.connect_seconds, bounds.read_seconds),
            ) as response:
                body = _read(response, bounds.max_bytes)
                if line.was_cut:  # an answer without a stated length looks complete when its line is cut
                    raise TimedOut(_too_slow(url, bounds))
                return Answer(
                    response.status_code,
                    {name.lower(): value for name, value in response.headers.items()},
                    {cookie.name: cookie.value or "" for cookie in response.cookies},
                    body,
                )
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        if line.was_cut:
            raise TimedOut(_too_slow(url, bounds)) from error
        raise _translated(url, error) from error
    finally:
        watchdog.cancel()
        line.close()


class _Line:
    """The socket of one exchange: opened to a checked address, cut when the time is up."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._end = time.monotonic() + bounds.seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.was_cut = False

    def open(self, host: str, port: int) -> socket.socket:
        addresses = resolve(host, port, allow_private=self._bounds.allow_private, timeout=self._bounds.connect_seconds)
        for number, address in enumerate(addresses, 1):
            left = min(self._bounds.connect_seconds, self._end - time.monotonic())
            try:
                opened = socket.create_connection((address, port), timeout=max(0.01, left))
            except TimeoutError as error:
                if number == len(addresses) or self.was_cut:
                    raise TimedOut(f"{host} does not take the connection within {left:.0f} s") from error
            except OSError as error:
                if number == len(addresses):
                    raise NoConnection(f"{host} cannot be reached: {error.strerror or error}") from error
            else:
                with self._lock:
                    # a second handle: TLS takes the first one over
                    self._socket = opened.dup()
                    if self.was_cut:
                        opened.close()
                        raise TimedOut(f"{host} does not take the connection in time")
                return opened
        raise NoConnection(f"{host} has no address")

    def cut(self) -> None:
        with self._lock:
            self.was_cut = True
            if self._socket is not None:
                with suppress(OSError):  # it has ended by itself
                    self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads

    def close(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, line: _Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line.open(self.host, self.port)


class _TlsConnection(HTTPSConnection):
    def __init__(self, *args: Any, line: _Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line.open(self.host, self.port)


class _Adapter(HTTPAdapter):
    """Connects through the line that it is given."""

    def __init__(self, line: _Line) -> None:
        super().__init__(max_retries=0)
        self._line = line

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind = _TlsConnection if pool.scheme == "https" else _PlainConnection
        pool.ConnectionCls = partial(kind, line=self._line)
        return pool


def _read(response: requests.Response, max_bytes: int) -> bytes:
    stated = response.headers.get("Content-Length", "")
    if stated.isdigit() and int(stated) > max_bytes:
        raise TooLarge(f"{response.url} has {int(stated):,} bytes, more than the {max_bytes:,} allowed")
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge(f"{response.url} has more than the {max_bytes:,} bytes allowed")
    return bytes(body)


def place(url: str) -> str:
    """The address without its question, for messages."""
    return url.partition("?")[0]


def _too_slow(url: str, bounds: Bounds) -> str:
    return f"{place(url)} had not answered in full after {bounds.seconds:.0f} s"


def _translated(url: str, error: Exception) -> Unreachable | TimedOut | Blocked:
    """The error of `requests` in our terms."""
    cause = error.args[0] if error.args else None
    said = place(url)
    match error:
        case requests.Timeout():
            return TimedOut(f"{said} does not answer")
        case requests.exceptions.SSLError():
            return Unreachable(f"{said}: the TLS connection failed: {cause}")
        case requests.exceptions.ContentDecodingError():
            return BadAnswer(f"{said} answers with compressed data that cannot be read")
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidHeader():
            return Blocked(f"{url[:200]!r} is not a web address that can be asked for")
        case requests.ConnectionError() if isinstance(cause, urllib3.exceptions.ReadTimeoutError):
            return TimedOut(f"{said} stopped in the middle of its answer")
        case _:
            if isinstance(cause, urllib3.exceptions.HTTPError) and cause.args:
                cause = cause.args[0]  # the words without the chain of causes
            return Unreachable(f"{said} broke off: {cause}")
