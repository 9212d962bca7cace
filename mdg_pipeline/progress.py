"""What a run tells the request that it works for: stage, percent, message, and that it lives.

A run without a request (somebody pressed Materialize) reports to nobody; the calls do nothing then.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from mdg_core import endings
from mdg_core.errors import MdgError
from mdg_core.store import requests
from mdg_core.store.connect import Connection, DatabaseUnavailable, connect
from mdg_core.store.requests import SourceProgress

_log = logging.getLogger(__name__)

REQUEST_TAG = "mdg/request"
ATTEMPT_TAG = "mdg/attempt"
LIBRARY_TAG = "mdg/library"
KIND_TAG = "mdg/kind"
DEPTH_TAG = "mdg/depth"
ARTIST_TAG = "mdg/artist"
# of runs that nobody asked for
AHEAD_TAG, AHEAD_VALUE = "mdg/ahead", "popular"

_BEAT_SECONDS = 4.0

# percent at the end of each stage; the sources take most of a real research
STAGES = {"identity": 5, "sources": 60, "features": 80, "profile": 95, "publishing": 99}


class ClaimLost(MdgError):
    """The request was cancelled, is worked on by another run, or has ended: this run is to end as well."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Reports of one run to one request (or to none)."""

    url: str
    request_id: UUID | None
    run_id: str
    attempt: int = 1

    @classmethod
    def of_run(cls, url: str, run_id: str, tags: Mapping[str, str]) -> Reporter:
        request = tags.get(REQUEST_TAG)
        return cls(url, UUID(request) if request else None, run_id, int(tags.get(ATTEMPT_TAG, "1")))

    def claim(self) -> requests.ResearchRequest | None:
        """Take the request and start to beat; None for a run without one. Raises ClaimLost."""
        if self.request_id is None:
            return None
        with connect(self.url, name="mdg-run") as conn:
            request = requests.claim(conn, self.request_id, self.run_id, self.attempt)
        if request is None:
            raise ClaimLost(f"request {self.request_id} is worked on by another run, has ended or was taken away")
        _log.info("%s of %s begins, attempt %d", request.kind, request.artist_key, self.attempt)
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        return request

    def waited(self) -> float:
        """Seconds since the request was made; 0 without one."""
        if self.request_id is None:
            return 0.0
        with connect(self.url, name="mdg-run") as conn:
            return requests.seconds_since(conn, self.request_id)

    def report(
        self,
        stage: str,
        message: str,
        *,
        fraction: float = 1.0,
        sources: Mapping[str, Sequence[SourceProgress]] | None = None,
    ) -> None:
        """Progress within a stage: `fraction` 0-1 of the way from the stage before to the end of this one.

        Raises ClaimLost.
        """
        if self.request_id is None:
            return
        names = list(STAGES)
        start = STAGES[names[names.index(stage) - 1]] if names.index(stage) else 0
        percent = round(start + fraction * (STAGES[stage] - start))
        _log.info("%s: %s (%d %%)", stage, message, percent)
        with connect(self.url, name="mdg-run") as conn:
            held = requests.report(
                conn, self.request_id, self.run_id, stage=stage, progress=percent, message=message, sources=sources
            )
        self._require(held)

    def keep(self) -> None:
        """Raises ClaimLost when the run is to end."""
        if self.request_id is not None:
            with connect(self.url, name="mdg-run") as conn:
                self._require(requests.holds(conn, self.request_id, self.run_id))

    def complete(self, conn: Connection, message: str, result: dict[str, Any]) -> None:
        """End the request, in the transaction of what it has led to. Raises ClaimLost, which takes that back."""
        if self.request_id is not None:
            _log.info("completed: %s", message)
            self._require(requests.complete(conn, self.request_id, self.run_id, message=message, result=result))

    def _require(self, held: bool) -> None:
        if not held:
            raise ClaimLost(f"request {self.request_id} was cancelled, or another run works on it: this run ends")

    def fail(self, error: str, result: dict[str, Any] | None = None) -> None:
        if self.request_id is None:
            return
        _log.error("failed: %s", error)
        with connect(self.url, name="mdg-run") as conn:
            requests.fail(conn, self.request_id, attempt=self.attempt, error=error, result=result)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Close the request with the reason when a step fails.

        Not when the database was away, which is tried again, and not when the request is this run's no longer.
        """
        try:
            yield
        except ClaimLost:
            raise
        except Exception as error:
            if (reason := self._reason(error)) is not None:
                self.fail(reason)
            raise

    def _reason(self, error: Exception) -> str | None:
        """What to close the request with; None for a database that was away."""
        if (said := endings.of_error(error, "MDG_HOME")) is not None:
            return said
        if isinstance(error, DatabaseUnavailable | psycopg.OperationalError):
            return None
        if isinstance(error, MdgError):
            return str(error)
        return f"{type(error).__name__}: {error} (run {self.run_id}; the Dagster UI has the details)"

    def _beat(self) -> None:
        assert self.request_id is not None
        pause = threading.Event()
        while True:
            try:
                with connect(self.url, name="mdg-run") as conn:
                    while requests.beat(conn, self.request_id, self.run_id):
                        pause.wait(_BEAT_SECONDS)
                    return
            except (MdgError, psycopg.Error):
                pause.wait(_BEAT_SECONDS)  # the server restarts; a run that lost its claim ends at the next beat
