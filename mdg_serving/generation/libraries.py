"""What clips are drawn from, kept between requests: the prior, and the profiles that were last played from."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from mdg_core.settings import Settings
from mdg_core.store import profiles
from mdg_core.store.connect import Connection
from mdg_drummer.feel_prior import Prior, read_prior
from mdg_drummer.library import Library, library_of

_KEPT = 32


class Libraries:
    """The parsed profiles of the artists last asked for, played with one prior. Threads share it; one for a process."""

    def __init__(self, prior: Prior, *, kept: int = _KEPT) -> None:
        self.prior = prior
        self._kept = kept
        self._parsed: OrderedDict[tuple[str, int, str], Library] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def of(cls, settings: Settings) -> Libraries:
        """Raises MdgError for a damaged prior."""
        return cls(read_prior(settings))

    def published(self, conn: Connection, key: str) -> Library | None:
        """The parsed profile of an artist, parsed again only when its content has changed; None without one."""
        current = profiles.current(conn, key)
        if current is None:
            return None
        stamp = current.key, current.version, current.content_hash
        with self._lock:
            known = self._parsed.get(stamp)
            if known is not None:
                self._parsed.move_to_end(stamp)
                return known
        found = profiles.published(conn, key)
        if found is None:
            return None
        library = library_of(found.profile, self.prior)
        with self._lock:
            self._parsed[current.key, found.profile.version, found.content_hash] = library
            while len(self._parsed) > self._kept:
                self._parsed.popitem(last=False)
        return library
