"""Finishes generations that no request works on itself: those that ask a language model, those whose research has
just ended, those asked for with `Prefer: wait=0`, and those that a server which is gone had begun."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import psycopg

from mdg_core.store import generations
from mdg_core.store.generations import Generation
from mdg_serving.database import Pool, lend

if TYPE_CHECKING:
    from mdg_serving.generation.tools import Tools

_log = logging.getLogger(__name__)

_IDLE_SECONDS = 1.0
_DATABASE_AWAY_SECONDS = 5.0
# generations that wait for a language model at once; more stay in the queue
_WAITING_AT_ONCE = 32


class Worker:
    """Starts with `start`, ends with `stop`; `wake` makes it look at once.

    One thread claims the tasks and does what templates do; a task that asks a language model, which is nearly all
    waiting, has a thread of its own. They are daemons: a server that stops does not wait for a model.
    """

    def __init__(self, pool: Pool, tools: Callable[[], Tools]) -> None:
        self._pool = pool
        self._tools = tools
        self._places = threading.BoundedSemaphore(_WAITING_AT_ONCE)
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
        tools = self._tools()
        while not self._stopping and self._places.acquire(timeout=_IDLE_SECONDS):
            try:
                with lend(self._pool) as conn:
                    task = generations.claim_next(conn)
            except psycopg.Error as error:
                self._places.release()
                _log.warning("generations wait for the database: %s", error)
                return _DATABASE_AWAY_SECONDS
            if task is None:
                self._places.release()
                break
            if tools.models.wanted(task.request.get("provider", "template")):
                name = f"generation-{task.id}"
                threading.Thread(target=self._perform, args=(task, tools), name=name, daemon=True).start()
            else:
                self._perform(task, tools)
        return _IDLE_SECONDS

    def _perform(self, task: Generation, tools: Tools) -> None:
        # loaded here, while the server answers already
        from mdg_serving.generation.service import perform  # noqa: PLC0415

        try:
            perform(partial(lend, self._pool), task, tools)
        except psycopg.Error as error:
            _log.warning("generation %s waits for the database: %s", task.id, error)
        except Exception:
            _log.exception("generation %s failed", task.id)
        finally:
            self._places.release()
