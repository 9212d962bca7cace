"""Who waits for a task is woken when it changes: one listener a process asks the database, however many wait.

While the database is away the waiters sleep, and look again once it is back: what changed meanwhile was not heard.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
from anyio import CapacityLimiter, to_thread

from mdg_core.errors import MdgError
from mdg_core.store import changes as store
from mdg_core.store.changes import Change
from mdg_core.store.connect import connect

_log = logging.getLogger(__name__)

_LISTEN_SECONDS = 1.0  # between looks whether the server stops
_RECONNECT_SECONDS = 1.0
# without a change: a pooler between here and Postgres may pass no notifications on, and lines die in silence
REREAD_SECONDS = 15.0
_REREAD_END_SECONDS = 30.0  # of who waits for the end alone
_READERS = 2  # threads, and connections of the pool, that all who wait share

_T = TypeVar("_T")


class Watch:
    """Wakes who waits for a task; of several, for what bears on it."""

    def __init__(self, task_ids: tuple[UUID, ...], *, ends_only: bool) -> None:
        self.task_ids, self.ends_only = task_ids, ends_only
        self._event = asyncio.Event()

    def wake(self) -> None:
        self._event.set()

    async def change(self, seconds: float, *, pace: float = 0.0) -> None:
        """Wait for a change, at most so long; those that follow it within `pace` seconds are taken with it."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
        await asyncio.sleep(pace)
        self._event.clear()


class Changes:
    """Starts with `start`, within the loop of the server, and ends with `stop`; the rest is called in that loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._watches: dict[UUID, set[Watch]] = defaultdict(set)
        self._looks: dict[UUID, dict[str, asyncio.Task[Any]]] = defaultdict(dict)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
        self.is_listening = False
        self.is_over = False

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._readers = CapacityLimiter(_READERS)
        self._thread.start()

    def release(self) -> None:
        """Let everybody go who waits: the server stops, and the tasks are kept."""
        self.is_over = True
        self._wake_all()

    def stop(self) -> None:
        self.release()
        self._stopping.set()
        self._thread.join(timeout=2 * _LISTEN_SECONDS)

    @contextmanager
    def watch(self, *task_ids: UUID, ends_only: bool = False) -> Iterator[Watch]:
        """Changes of these tasks from here on, so that who looks after this misses none."""
        watch = Watch(task_ids, ends_only=ends_only)
        for task_id in task_ids:
            self._watches[task_id].add(watch)
        try:
            yield watch
        finally:
            for task_id in task_ids:
                self._watches[task_id].discard(watch)
                if not self._watches[task_id]:
                    del self._watches[task_id]

    async def look(self, task_id: UUID, what: str, read: Callable[[], _T]) -> _T:
        """What `read` gives of the task, read once for all who look for that meanwhile. It runs in a thread."""
        look = self._looks[task_id].get(what)
        if look is None:
            look = self._looks[task_id][what] = asyncio.create_task(to_thread.run_sync(read, limiter=self._readers))
            look.add_done_callback(lambda done: self._forget(task_id, what, done))
        return cast(_T, await asyncio.shield(look))

    async def until_ended(
        self, task_id: UUID, what: str, read: Callable[[], _T], is_open: Callable[[_T], bool], seconds: float
    ) -> _T:
        """What `look` gives of the task when it has ended, or as it was last seen after so long or before `release`.

        Raises what the first `read` raises; later on a database that is away is waited for.
        """
        end = time.monotonic() + seconds
        with self.watch(task_id, ends_only=True) as watch:
            found = await self.look(task_id, what, read)
            while is_open(found) and not self.is_over and (left := end - time.monotonic()) > 0:
                await watch.change(min(left, _REREAD_END_SECONDS))
                if not self.is_listening:
                    continue  # hundreds who ask a database that is away would keep the threads from the others
                try:
                    found = await self.look(task_id, what, read)
                except psycopg.OperationalError as error:
                    _log.info("who waits for task %s waits on: %s", task_id, error)
        return found

    def _forget(self, task_id: UUID, what: str, done: asyncio.Task[Any]) -> None:
        looks = self._looks.get(task_id, {})
        if looks.get(what) is done:
            del looks[what]
            if not looks:
                del self._looks[task_id]
        if not done.cancelled():
            done.exception()  # those who looked have it; none is left where all of them have gone

    def _tell(self, change: Change) -> None:
        for watch in self._watches.get(change.task_id, ()):
            for task_id in watch.task_ids:
                self._looks.pop(task_id, None)  # what is being read may be from before the change
            if change.is_end or not watch.ends_only:
                watch.wake()

    def _begin(self) -> None:
        self.is_listening = True
        self._looks.clear()
        self._wake_all()

    def _wake_all(self) -> None:
        for watches in self._watches.values():
            for watch in watches:
                watch.wake()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except (MdgError, psycopg.Error) as error:
                _log.warning("changes of tasks are not heard: %s", error)
            except RuntimeError:
                return  # the loop was closed under us
            self.is_listening = False
            self._stopping.wait(_RECONNECT_SECONDS)

    def _listen(self) -> None:
        with connect(self._url, name="mdg-api-changes") as conn:
            store.listen(conn)
            self._loop.call_soon_threadsafe(self._begin)
            while not self._stopping.is_set():
                for change in store.heard(conn, _LISTEN_SECONDS):
                    self._loop.call_soon_threadsafe(self._tell, change)
