"""Keeps web pages of others away from a server on this machine or in the studio's network.

A browser lets any page send requests to any address. What it cannot do without asking first (CORS preflight, which is
never granted here) is to set a header of its own or a JSON content type; and it says truly, in `Host`, `Origin` and
`Sec-Fetch-Site`, whom it asks and from where. So a request passes when

- `Host` is a name of this server: a loopback name, a configured one, or the very IP address that was connected to.
  A foreign name that leads here (DNS rebinding) is none of them.
- `Origin`, where there is one, is the server's own, and `Sec-Fetch-Site` says no other site; only following a link to
  a page, which changes nothing, may come from elsewhere.
- a POST has the content type `application/json`, or the header `X-MDG-Client`, which scripts and the device send. Other
  methods that change something are never sent without asking.

See Fetch (https://fetch.spec.whatwg.org), "CORS-safelisted method" and "CORS-safelisted request-header", and W3C Fetch
Metadata Request Headers.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CLIENT_HEADER = "X-MDG-Client"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  not names of a server
_PORTS = {"http": 80, "https": 443}
_POLICY = [
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
]
_GRANTS = b"access-control-"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer in place of the application's."""

    status: int
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


# what an application adds: why this request is not let through, or None
Rule = Callable[[Scope], Refusal | None]


def names_of(host: str, allowed: Iterable[str]) -> frozenset[str]:
    """The names that `Host` may give a server that listens on `host`; a name may have a port, which is ignored."""
    names = {_host_of(name) for name in (host, *allowed)} - {None}
    return LOOPBACK_NAMES | {name for name in names if name is not None and name not in _WILDCARDS}


def is_loopback(host: str) -> bool:
    """Whether a host that one listens on, or an address that was connected to, is this machine alone."""
    address = _address(host)
    return address.is_loopback if address is not None else host.lower() == "localhost"


def reached_from_here(scope: Scope) -> bool:
    """Whether the request came to a loopback address or a Unix socket, so from this machine."""
    server: tuple[str, int | None] | None = scope.get("server")
    return server is not None and (server[1] is None or is_loopback(server[0]))


class Guard:
    """Pure ASGI middleware that answers 400, 403 or 415 to what the module's text does not let through."""

    def __init__(self, app: App, *, names: frozenset[str], rule: Rule | None = None) -> None:
        self.app, self._names, self._rule = app, names, rule

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self.refusal(scope) or (self._rule(scope) if self._rule else None)
        if refusal is not None:
            await refuse(scope, receive, send, refusal)
            return

        async def closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if not pair[0].lower().startswith(_GRANTS)]
                present = {name.lower() for name, _ in kept}
                message["headers"] = kept + [pair for pair in _POLICY if pair[0] not in present]
            await send(message)

        await self.app(scope, receive, closed)

    def refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope)
        hosts = headers.all(b"host")
        asked = _host_of(hosts[0]) if len(hosts) == 1 else None
        if asked is None or not (asked in self._names or _is_own_address(scope, asked)):
            shown = hosts[0][:100] if hosts else "none"
            return Refusal(
                400,
                f"the Host {shown!r} is no name of this server: ask for it as localhost, or add the name to "
                "MDG_SERVER__ALLOWED_HOSTS",
            )
        return _from_elsewhere(scope, headers, hosts[0]) or _simple_post(scope, headers)


class Headers:
    """The headers of a request, by lower-case name."""

    def __init__(self, scope: Scope) -> None:
        self._pairs: list[tuple[bytes, bytes]] = scope["headers"]

    def all(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for key, value in self._pairs if key.lower() == name]

    def get(self, name: bytes) -> str | None:
        return next(iter(self.all(name)), None)


async def refuse(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    """Answer with the refusal as problem+json (RFC 9457); a websocket is closed before it opens."""
    if scope["type"] == "websocket":
        await receive()  # its connect
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.detail[:120]})
        return
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": scope["path"],
    }
    body = json.dumps(problem).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),  # the body that was not read is not to be taken for the next request
        *((name.lower().encode(), value.encode()) for name, value in refusal.headers.items()),
        *_POLICY,
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})


def _from_elsewhere(scope: Scope, headers: Headers, host: str) -> Refusal | None:
    follows_link = (
        scope["type"] == "http"
        and scope["method"] in SAFE_METHODS
        and headers.get(b"sec-fetch-mode") == "navigate"
        and headers.get(b"sec-fetch-dest") == "document"
    )
    foreign = any(not _is_origin_of(origin, host) for origin in headers.all(b"origin"))
    other_site = any(site not in ("same-origin", "none") for site in headers.all(b"sec-fetch-site"))
    if foreign or (other_site and not follows_link):
        return Refusal(403, "a web page of another site may not use this server")
    return None


def _simple_post(scope: Scope, headers: Headers) -> Refusal | None:
    if scope["type"] != "http" or scope["method"] != "POST" or headers.get(CLIENT_HEADER.lower().encode()):
        return None
    kinds = [kind.partition(";")[0].strip().lower() for kind in headers.all(b"content-type")]
    if kinds == ["application/json"]:
        return None
    return Refusal(
        415,
        f"send Content-Type: application/json, or the header {CLIENT_HEADER} with the name of your program: "
        "without one of them any web page could send this",
    )


def _is_own_address(scope: Scope, asked: str) -> bool:
    """Whether the client asked for the very IP address that it is connected to."""
    server: tuple[str, int | None] | None = scope.get("server")
    address = _address(asked)
    return server is not None and address is not None and address == _address(server[0])


def _is_origin_of(origin: str, host: str) -> bool:
    """Whether a page of `origin` was loaded from this server, as `host` names it."""
    try:
        page = urlsplit(origin)
        default = _PORTS[page.scheme]
        own = urlsplit(f"//{host}")
        return page.hostname is not None and (page.hostname, page.port or default) == (
            own.hostname,
            own.port or default,
        )
    except (ValueError, KeyError):
        return False  # "null" among them: a file, or a page in a sandbox


def _host_of(text: str) -> str | None:
    """The host of host[:port], without brackets or a final dot; None for what is none."""
    text = text.strip()
    try:
        parts = urlsplit(f"//[{text}]" if text.count(":") > 1 and not text.startswith("[") else f"//{text}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if host is None or parts.path or parts.query or parts.fragment or parts.username is not None:
        return None
    return host.removesuffix(".")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found
