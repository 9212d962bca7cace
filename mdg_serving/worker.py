"""The thread that finishes generations which nobody waits for: those whose research has just ended, those asked for
with `Prefer: wait=0`, and those that a server which is gone had begun."""

from __future__ import annotations

import logging
import threading
from functools import partial

import psycopg

from mdg_serving.database import Pool, lend

_log = logging.getLogger(__name__)

_IDLE_SECONDS = 1.0
_DATABASE_AWAY_SECONDS = 5.0


class Worker:
    """Starts with `start`, ends with `stop`; `wake` makes it look at once."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="generations", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            self._wake.wait(self._finish_all())

    def _finish_all(self) -> float:
        """Work until nothing is left. Returns the seconds to pause."""
        # loaded here, while the server answers already
        from mdg_serving.generation.service import work  # noqa: PLC0415

        try:
            while not self._stopping and work(partial(lend, self._pool)):
                pass
        except psycopg.Error as error:
            _log.warning("generations wait for the database: %s", error)
            return _DATABASE_AWAY_SECONDS
        except Exception:
            _log.exception("a generation failed")
        return _IDLE_SECONDS
