"""Threads for calls that can hang: bounded for each provider, left behind when they do not end, never waited for.

A provider has so many places. A call that finds none waits in line without a thread; one that outlasts its time gives
its place up and its thread is left behind, of which there are at most so many: then the provider takes no calls until
one of them ends. The threads are daemons, so that none keeps the process alive. Times are in seconds of the clock.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from typing import Literal, Protocol

from mdg_llm.base import ProviderName

PLACES = 16
MAX_LEFT_BEHIND = 4
# an adapter ends its call in time itself; this much later it is taken to hang
GRACE_SECONDS = 1.0
_NUDGE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Hung:
    """The call did not end in its time; how many threads of the provider are left behind now."""

    left_behind: int


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Too many calls of the provider hang for good."""

    left_behind: int


class Inbox:
    """What reaches a request from its calls, in the request's own thread."""

    def __init__(self) -> None:
        self._changed = Condition(Lock())
        self._ended: list[Task] = []
        self._nudged = self._closed = False

    def put(self, task: Task) -> bool:
        """Hand in a call that has ended; False when the request has gone."""
        with self._changed:
            if not self._closed:
                self._ended.append(task)
                self._changed.notify()
            return not self._closed

    def nudge(self) -> None:
        """Wake the request: characters have come."""
        with self._changed:
            self._nudged = True
            self._changed.notify()

    def wait(self, seconds: float) -> list[Task]:
        """The calls that ended; none when only characters have come, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._nudged, timeout=max(0.0, seconds))
            ended, self._ended, self._nudged = self._ended, [], False
            return ended

    def close(self) -> list[Task]:
        """Take nothing more; the calls that ended since the last `wait`."""
        with self._changed:
            self._closed = True
            return self._ended


@dataclass(eq=False, slots=True)
class Task:
    """One call: `run` works in a thread of its own and returns or raises its result.

    `late` is called instead of the inbox when the request has gone before the call has ended.
    """

    lane: ProviderName
    run: Callable[[Task], object]
    late: Callable[[Task], None]
    inbox: Inbox
    timeout: float
    deadline: float  # the request's, by the clock
    submitted_at: float
    state: Literal["waiting", "running", "ended", "left behind", "cancelled"] = "waiting"
    started_at: float | None = None
    ends_by: float = math.inf
    hangs_at: float = math.inf  # when it is taken to hang
    ended_at: float = 0.0
    result: object = None  # what `run` returned or raised, Hung or NoPlace
    characters: int = 0
    progressed_at: float = 0.0
    nudged_at: float = 0.0

    def start(self, now: float, grace: float) -> None:
        self.state, self.started_at = "running", now
        self.ends_by = min(now + self.timeout, self.deadline)
        self.hangs_at = self.ends_by + grace

    def progress(self, characters: int, now: float) -> None:
        """Note that so many characters have come in all, and wake the request now and then."""
        if characters <= self.characters:
            return
        self.characters, self.progressed_at = characters, now
        if now - self.nudged_at >= _NUDGE_SECONDS:
            self.nudged_at = now
            self.inbox.nudge()


class Workers(Protocol):
    """What the manager needs of threads and time."""

    def now(self) -> float: ...

    def inbox(self) -> Inbox: ...

    def submit(self, task: Task) -> None:
        """Run the task when its provider has a place; its end goes to its inbox."""
        ...

    def cancel(self, task: Task) -> bool:
        """Whether the task had not begun, and now never will."""
        ...

    def reap(self) -> None:
        """End every task that outlasts its time with Hung."""
        ...


@dataclass(slots=True)
class _Lane:
    waiting: deque[Task] = field(default_factory=deque)
    running: set[Task] = field(default_factory=set)
    left_behind: int = 0


class ThreadWorkers:
    """Workers of one process, for any number of requests at once."""

    def __init__(
        self,
        *,
        places: int = PLACES,
        max_left_behind: int = MAX_LEFT_BEHIND,
        grace: float = GRACE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places, self._max_left_behind, self._grace, self._clock = places, max_left_behind, grace, clock
        self._lock = Lock()
        self._lanes: dict[ProviderName, _Lane] = defaultdict(_Lane)

    def now(self) -> float:
        return self._clock()

    def inbox(self) -> Inbox:
        return Inbox()

    def left_behind(self) -> dict[ProviderName, int]:
        """How many threads of each provider hang."""
        with self._lock:
            return {name: lane.left_behind for name, lane in self._lanes.items()}

    def submit(self, task: Task) -> None:
        with self._lock:
            lane = self._lanes[task.lane]
            lane.waiting.append(task)
            self._serve(lane)
            refused = self._refused(lane)
        self._deliver(refused)

    def cancel(self, task: Task) -> bool:
        with self._lock:
            if task.state != "waiting":
                return False
            task.state = "cancelled"
            self._lanes[task.lane].waiting.remove(task)
            return True

    def reap(self) -> None:
        now, over = self.now(), []
        with self._lock:
            for lane in self._lanes.values():
                for task in [task for task in lane.running if now >= task.hangs_at]:
                    lane.running.remove(task)
                    lane.left_behind += 1
                    task.state, task.ended_at, task.result = "left behind", now, Hung(lane.left_behind)
                    over.append(task)
                self._serve(lane)
                over += self._refused(lane)
        self._deliver(over)

    def _serve(self, lane: _Lane) -> None:
        while (task := self._next(lane)) is not None:
            Thread(target=self._work, args=(lane, task), name=f"ask-{task.lane}", daemon=True).start()

    def _next(self, lane: _Lane) -> Task | None:
        if not lane.waiting or len(lane.running) >= self._places or lane.left_behind >= self._max_left_behind:
            return None
        task = lane.waiting.popleft()
        task.start(self.now(), self._grace)
        lane.running.add(task)
        return task

    def _refused(self, lane: _Lane) -> list[Task]:
        if lane.left_behind < self._max_left_behind:
            return []
        refused, lane.waiting = list(lane.waiting), deque()
        for task in refused:
            task.state, task.ended_at, task.result = "ended", self.now(), NoPlace(lane.left_behind)
        return refused

    def _work(self, lane: _Lane, first: Task) -> None:
        task: Task | None = first
        while task is not None:
            task.inbox.nudge()  # it has begun
            try:
                result = task.run(task)
            except Exception as error:  # handed to the request, which raises what it does not know
                result = error
            with self._lock:
                was_left = task.state == "left behind"
                if was_left:
                    lane.left_behind -= 1
                else:
                    lane.running.remove(task)
                    task.state, task.ended_at, task.result = "ended", self.now(), result
                following = self._next(lane)
            if not was_left:
                self._deliver([task])
            task = following

    def _deliver(self, tasks: list[Task]) -> None:
        for task in tasks:
            if not task.inbox.put(task):
                task.late(task)
