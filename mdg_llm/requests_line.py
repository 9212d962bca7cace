"""The line of a call for the SDKs that speak through requests: the adapter of their session."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from mdg_llm.asking import unreadable
from mdg_llm.base import Failure, ProviderError
from mdg_llm.bounds import CONNECT_SECONDS, TooMuch, line
from mdg_llm.services import Service, of_status, too_much

_CHUNK = 64 * 1024
# the first that fits the error or its cause
_MEANINGS: tuple[tuple[tuple[type[Exception], ...], Failure, str], ...] = (
    ((requests.exceptions.SSLError,), Failure.CONNECTION, "the TLS connection failed"),
    ((requests.ConnectTimeout, requests.exceptions.ProxyError), Failure.CONNECTION, ""),
    ((requests.Timeout, urllib3.exceptions.ReadTimeoutError), Failure.TIMEOUT, ""),
    ((requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader), Failure.BAD_REQUEST, ""),
    ((requests.exceptions.ContentDecodingError,), Failure.SERVER, "its answer is packed, which was not asked for"),
    ((urllib3.exceptions.NewConnectionError,), Failure.CONNECTION, ""),
    ((requests.RequestException, urllib3.exceptions.HTTPError), Failure.SERVER, "the connection broke"),
)


class Refused(Exception):
    """An answer with a status of 300 or more; `body` is its text."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(status)
        self.status, self.headers, self.body = status, headers, body


def bind(session: requests.Session) -> None:
    """Make each call of the session one on the line, which ends at any status but success.

    Otherwise the session would follow redirects with the key and google-auth repeat what was answered with 401.
    """
    session.headers["Accept-Encoding"] = "identity"  # packed answers could unpack to any size
    for scheme in ("http://", "https://"):
        session.mount(scheme, _LineAdapter())


def translated(service: Service, error: Exception) -> ProviderError:
    """The error that the session raised."""
    if isinstance(error, Refused):
        return of_status(service, error.status, error.headers, error.body)
    if isinstance(error, TooMuch):
        return too_much(service)
    cause = error.args[0] if error.args else None
    found = getattr(cause, "reason", cause)  # of urllib3's MaxRetryError
    for kinds, failure, detail in _MEANINGS:
        if isinstance(error, kinds) or isinstance(found, kinds):
            return service.error(failure, detail)
    return unreadable(service, error)


def _held(opened: socket.socket) -> socket.socket:
    line().hold(opened)
    return opened


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _held(super()._new_conn())


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _held(super()._new_conn())


# a connection goes back closed, so that the next call opens its own: one that is used again is on nobody's line
class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _TlsPool}


class _LineAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None, *args: Any, **kwargs: Any
    ) -> requests.Response:
        within = (min(timeout, CONNECT_SECONDS), timeout)
        response = super().send(request, True, within, *args, **kwargs)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise requests.exceptions.ContentDecodingError
        response.raw = _Counted(response.raw)
        response.encoding = "utf-8"  # JSON is (RFC 8259, 8.1), whether or not the server says so
        if response.status_code >= 300:
            with response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                raise Refused(response.status_code, headers, response.text)
        return response


class _Counted:
    """A urllib3 response whose bytes are counted, handed on as they come."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, _size: int, decode_content: bool | None = None) -> Iterator[bytes]:
        # google.api_core asks for single bytes; these chunks are as large as what has come
        while chunk := self._raw.read1(_CHUNK, decode_content=decode_content):
            line().receive(len(chunk))
            yield chunk
