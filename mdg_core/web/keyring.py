"""The keys in force, held in memory and looked up anew every few seconds."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mdg_core.store.keys import SCOPES, KeyRow, KeyScope, digest_of

# for so long a key that was revoked may still be taken
FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Key:
    """Who calls, and what the key is for."""

    name: str
    scope: KeyScope

    def allows(self, needed: KeyScope) -> bool:
        return SCOPES.index(self.scope) >= SCOPES.index(needed)


class Keyring:
    """The keys of the settings, which may do everything, and those of the database.

    `load` reads the latter; it runs in a thread, one call at a time, and what it raises is raised to who asked.
    """

    def __init__(self, configured: Iterable[str], load: Callable[[], Sequence[KeyRow]]) -> None:
        digests = [digest_of(key) for key in configured]
        self._configured = {digest: Key(f"setting {digest.hex()[:8]}", "admin") for digest in digests}
        self._keys = self._configured
        self._load = load
        self._loaded: float | None = None
        self._loading: asyncio.Task[None] | None = None

    async def fresh(self) -> None:
        """Bring the keys up to date, if they were not looked up of late."""
        if self._loaded is not None and time.monotonic() - self._loaded < FRESH_SECONDS:
            return
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._look_up())
        await asyncio.shield(self._loading)

    @property
    def is_empty(self) -> bool:
        """No key is in force, so that none can be asked for."""
        return not self._keys

    def key_of(self, given: str) -> Key | None:
        """The key in force with this text; the look-up is by a hash, whose timing tells nothing of the key."""
        return self._keys.get(digest_of(given)) if given else None

    async def _look_up(self) -> None:
        rows = await asyncio.to_thread(self._load)
        self._keys = {row.digest: Key(row.name, row.scope) for row in rows} | self._configured
        self._loaded = time.monotonic()


def given_key(api_key: str | None, authorization: str | None) -> str:
    """The key that a request carries: in X-API-Key, as a bearer token, or as a password; "" without one."""
    if api_key:
        return api_key.strip()
    scheme, _, text = (authorization or "").partition(" ")
    match scheme.lower():
        case "bearer":
            return text.strip()
        case "basic":
            try:
                return b64decode(text.strip(), validate=True).decode().partition(":")[2]
            except (NotBase64, UnicodeDecodeError, ValueError):
                return ""
        case _:
            return ""
