"""Who may call, and how often: keys with a scope, and so many requests an hour of each key or, without keys, address.

Both are decided from the head of the request alone: nothing of its body is read for a caller who is refused.

Without any key an API that listens on a loopback address answers to this machine alone, and any other to nobody. As
soon as there is one, everybody needs one.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import psycopg
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mdg_core.errors import MdgError
from mdg_core.settings import LimitSettings, Settings
from mdg_core.store import keys, rates
from mdg_core.store.keys import KeyScope
from mdg_core.store.rates import WINDOW_SECONDS, Use
from mdg_core.store.requests import Share
from mdg_core.web.guard import SAFE_METHODS, Headers, is_loopback, reached_from_here
from mdg_core.web.keyring import Keyring, given_key
from mdg_serving.database import lend
from mdg_serving.page import FOLDER
from mdg_serving.problems import answer, unavailable

if TYPE_CHECKING:
    from mdg_serving.database import Pool

_log = logging.getLogger(__name__)

# what anybody may read: it says nothing of artists, clips or costs
_OPEN = frozenset({"/", "/healthz", "/readyz", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"})
_OPEN_FOLDERS = ("/static-offline-docs/", FOLDER)
_READS = "reads"
# the kind of what is asked for by POST, by the word after /api/v1/, of a task by the last; the fields of LimitSettings
_KINDS = {
    "generate": "generation",
    "humanize": "generation",
    "song": "generation",
    "research": "research",
    "augment": "research",
    "retry": "research",
    "cancel": _READS,  # who has used up the hour can still cancel
}
_LEASE = 50  # reads drawn at once, so that one in fifty asks the database
_MANY_LEASES = 1000
_UNKEYED = (
    "this server can be reached from elsewhere and has no key: make one on its machine with `mdg keys add NAME`, and "
    "send it as X-API-Key"
)
_WANTED = "this server needs an API key: send it as X-API-Key or as Authorization: Bearer"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom requests are counted for."""

    id: str
    name: str


class Access:
    """Pure ASGI middleware that answers 401, 403 or 429 to who may not call, and counts for those who may."""

    def __init__(self, app: ASGIApp, *, keyring: Keyring, limits: LimitSettings, host: str) -> None:
        self.app, self._keyring = app, keyring
        self._is_private = is_loopback(host)
        self._limits: dict[str, int] = limits.model_dump()
        self._meter = Meter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] != "http" or is_open(path):
            await self.app(scope, receive, send)
            return
        try:
            kind, needed = _wanted(scope["method"], path)
            caller = await self._caller(scope, needed)
            limit = self._limits[kind]
            pool: Pool = scope["app"].state.pool
            standing = await self._meter.take(pool, caller.id, kind, limit) if limit else None
        except Refused as refused:
            await answer(path, refused.status, str(refused), headers=refused.headers)(scope, receive, send)
            return
        except psycopg.Error as error:
            await unavailable(path, error)(scope, receive, send)
            return
        if standing is None:
            scope.setdefault("state", {})["caller"] = caller
            await self.app(scope, receive, send)
            return
        headers = standing.headers(kind, limit)
        if standing.remaining < 0:
            said = f"{caller.name} has used the {limit:,} {_IN_WORDS[kind]} of an hour: come again {standing.when}"
            await answer(path, 429, said, headers=headers | {"Retry-After": str(standing.seconds)})(
                scope, receive, send
            )
            return
        scope.setdefault("state", {})["caller"] = caller
        stated = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *stated]
            await send(message)

        await self.app(scope, receive, counted)

    async def _caller(self, scope: Scope, needed: KeyScope) -> Caller:
        """Raises Refused."""
        await self._keyring.fresh()
        if self._keyring.is_empty:
            # a server for others does not open when its last key is revoked, for a proxy in front of it neither
            if not (self._is_private and reached_from_here(scope)):
                raise Refused(403, _UNKEYED)
            client = scope.get("client")
            address = client[0] if client else "socket"
            return Caller(f"address {address}", f"the address {address}")
        key = self._keyring.key_of(_key_in(scope))
        if key is None:
            raise Refused(401, _WANTED, {"WWW-Authenticate": "Bearer"})
        if not key.allows(needed):
            raise Refused(403, f"this key has the scope {key.scope}, and this needs {needed}")
        return Caller(f"key {key.name}", f"the key {key.name}")


class Refused(Exception):
    """The answer to a caller who may not."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of an hour; `remaining` is negative for a request over the limit."""

    remaining: int
    seconds: int

    @property
    def when(self) -> str:
        minutes = math.ceil(self.seconds / 60)
        return f"in {minutes} minutes" if minutes > 1 else f"in {self.seconds} seconds"

    def headers(self, kind: str, limit: int) -> dict[str, str]:
        """As in draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{kind}";q={limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{kind}";r={max(0, self.remaining)};t={self.seconds}',
        }


@dataclass(slots=True)
class _Lease:
    left: int
    unused: int  # of the limit beyond the lease, when it was drawn
    ends: float  # by the monotonic clock


class Meter:
    """Counts requests in the database; reads are drawn from it by the lease and handed out here."""

    def __init__(self, lease: int = _LEASE) -> None:
        self._size = lease
        self._leases: dict[str, _Lease] = {}

    async def take(self, pool: Pool, caller: str, kind: str, limit: int) -> Standing:
        """Count one request."""
        lease = self._leases.get(caller) if kind == _READS else None
        now = time.monotonic()
        if lease is None or not lease.left or lease.ends <= now:
            # a small limit is not eaten up by leases of several processes
            count = max(1, min(self._size, limit // 100)) if kind == _READS else 1
            use = await asyncio.to_thread(_draw, pool, caller, kind, count)
            granted = min(count, limit - (use.used - count))
            if granted <= 0 or kind != _READS:
                return Standing(limit - use.used if granted > 0 else -1, math.ceil(use.seconds_left))
            lease = self._keep(caller, granted, max(0, limit - use.used), use, now)
        lease.left -= 1
        return Standing(lease.unused + lease.left, math.ceil(lease.ends - now))

    def _keep(self, caller: str, granted: int, unused: int, use: Use, now: float) -> _Lease:
        if len(self._leases) > _MANY_LEASES:
            self._leases = {name: lease for name, lease in self._leases.items() if lease.ends > now and lease.left}
        # what a request at the same time drew is used up as well
        before = self._leases.get(caller)
        more = before.left if before is not None and before.ends > now else 0
        lease = _Lease(granted + more, unused, now + use.seconds_left)
        self._leases[caller] = lease
        return lease


_IN_WORDS = {"generation": "generations", "research": "research requests", "reads": "requests"}


def keyring_of(settings: Settings, pool: Callable[[], Pool]) -> Keyring:
    """The keys that this server asks for; those of the database by a pool that there will be."""

    def load() -> list[keys.KeyRow]:
        with lend(pool()) as conn:
            return keys.in_force(conn)

    return Keyring((key.get_secret_value() for key in settings.api_keys), load)


async def check_open_to(host: str, keyring: Keyring) -> None:
    """Raises MdgError when the settings say to listen beyond this machine and there is no key.

    While the database is away this cannot be known; then every request is looked at by itself, as always.
    """
    if is_loopback(host):
        return
    try:
        await keyring.fresh()
    except psycopg.Error as error:
        _log.warning("the keys cannot be looked up yet: %s", error)
        return
    if keyring.is_empty:
        raise MdgError(f"server.host is {host}, and there is no key: make one first, with `mdg keys add NAME`")


def is_open(path: str) -> bool:
    """Whether anybody may read what is there."""
    return path in _OPEN or path.startswith(_OPEN_FOLDERS)


def share_of(request: Request) -> Share:
    """What the caller of this request may take of the research queue."""
    settings: Settings = request.app.state.settings
    return Share(cast(Caller, request.state.caller).id, settings.limits.open_research)


def _wanted(method: str, path: str) -> tuple[str, KeyScope]:
    """The kind that a request is counted as, and the scope that it needs."""
    if method in SAFE_METHODS:
        return _READS, "read"
    parts = path.split("/")
    word = parts[-1] if parts[3:4] == ["task"] else "".join(parts[3:4])
    kind = _KINDS.get(word) if method == "POST" else None
    return (kind, "generate") if kind else (_READS, "admin")


def _key_in(scope: Scope) -> str:
    headers = Headers(scope)
    return given_key(headers.get(b"x-api-key"), headers.get(b"authorization"))


def _draw(pool: Pool, caller: str, kind: str, count: int) -> Use:
    with lend(pool) as conn:
        return rates.draw(conn, caller, kind, count)
