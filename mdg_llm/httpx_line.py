"""The line of a call for the SDKs that speak through httpx2: options of their HTTP client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

from mdg_llm.asking import unreadable
from mdg_llm.base import Failure, ProviderError
from mdg_llm.bounds import CONNECT_SECONDS, TooMuch, line
from mdg_llm.services import Service, too_much

# the first that fits; without a wording of ours, httpx2's
_MEANINGS: tuple[tuple[tuple[type[Exception], ...], Failure, str], ...] = (
    ((httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError), Failure.CONNECTION, ""),
    ((httpx2.TimeoutException,), Failure.TIMEOUT, ""),
    ((httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL), Failure.BAD_REQUEST, ""),
    ((httpx2.DecodingError,), Failure.SERVER, ""),
    ((httpx2.TransportError,), Failure.SERVER, "the connection broke"),
)


def client_options() -> dict[str, Any]:
    """For the SDK's own default HTTP client: within the bounds of the line, without redirects."""
    return {
        "follow_redirects": False,  # a redirect would take the key to another host
        "limits": httpx2.Limits(max_keepalive_connections=0),
        "event_hooks": {"request": [_hold], "response": [_count]},
    }


def timeout(seconds: float) -> httpx2.Timeout:
    return httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))


def translated(service: Service, error: Exception) -> ProviderError:
    """The error that the transport raised, as it is or as the cause of what an SDK raised."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, TooMuch):
            return too_much(service)
        for kinds, failure, detail in _MEANINGS:
            if isinstance(found, kinds):
                return service.error(failure, detail or str(found))
        found = found.__cause__
    return unreadable(service, error)


def _hold(request: httpx2.Request) -> None:
    request.headers["Accept-Encoding"] = "identity"  # packed answers could unpack to any size
    request.extensions["trace"] = _trace


def _trace(event: str, info: Mapping[str, Any]) -> None:
    if event.endswith("connect_tcp.complete"):
        line().hold(info["return_value"].get_extra_info("socket"))


def _count(response: httpx2.Response) -> None:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise httpx2.DecodingError("the answer is packed, which was not asked for", request=response.request)
    if not isinstance(response.stream, httpx2.SyncByteStream):
        raise TypeError("the HTTP client is not the synchronous one")
    response.stream = _Counted(response.stream)


class _Counted(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            line().receive(len(chunk))
            yield chunk

    def close(self) -> None:
        self._stream.close()
