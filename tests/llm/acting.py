"""Providers that act by a script, and workers whose time is virtual: tests of minutes take no time and no threads."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mdg_llm.base import Answer, Failure, Progress, Prompt, ProviderError, ProviderName, Usage
from mdg_llm.failures import InvalidAnswer
from mdg_llm.workers import GRACE_SECONDS, Hung, Inbox, Task

PROMPT = Prompt(system="who it is", user="the request", schema={"type": "object"}, max_tokens=1000)
USAGE = Usage(input=1000, output=100)


def read(text: str) -> str:
    """A clip is any text that begins with 'clip'."""
    if not text.startswith("clip"):
        raise InvalidAnswer(f"is no clip: {text!r}")
    return text


@dataclass(frozen=True)
class Act:
    """What a provider does when it is asked: after so many seconds it answers, or fails.

    `characters` come at the seconds given. `hangs`: the call never ends, whatever its timeout. `reports` is the model's
    name as the answer has it, if not the actor's.
    """

    seconds: float = 1.0
    text: str = "clip"
    error: ProviderError | Exception | None = None
    usage: Usage = USAGE
    characters: Sequence[float] = ()
    hangs: bool = False
    reports: str | None = None


class _Never(BaseException):
    """The thread of the call stays where it is."""


class VirtualWorkers:
    """Workers with as many places as calls, whose clock stands still but in `Inbox.wait`."""

    def __init__(self) -> None:
        self.time = 1000.0
        self._order = itertools.count()
        self.due: list[tuple[float, int, Callable[[], None]]] = []
        self.tasks: list[Task] = []
        self.hung = 0
        self.acting: Task | None = None

    def now(self) -> float:
        return self.time

    def inbox(self) -> Inbox:
        return _VirtualInbox(self)

    def at(self, moment: float, action: Callable[[], None]) -> None:
        heapq.heappush(self.due, (moment, next(self._order), action))

    def submit(self, task: Task) -> None:
        """Run the call at once, and hand its end in when the virtual time has come to it."""
        begin = self.time
        task.start(begin, GRACE_SECONDS)
        self.tasks.append(task)
        self.acting = task
        try:
            result = task.run(task)
        except _Never:
            return
        except Exception as error:
            result = error
        finally:
            end, self.time, self.acting = self.time, begin, None
        self.at(end, lambda: self._end(task, result))

    def cancel(self, task: Task) -> bool:
        return False

    def reap(self) -> None:
        for task in self.tasks:
            if task.state == "running" and self.time >= task.hangs_at:
                self.hung += 1
                task.state = "left behind"
                self._end(task, Hung(self.hung))

    def run_out(self) -> None:
        """Let everything end that is under way."""
        while self.due:
            moment, _, action = heapq.heappop(self.due)
            self.time = max(self.time, moment)
            action()

    def _end(self, task: Task, result: object) -> None:
        task.ended_at, task.result = self.time, result
        if task.state == "running":
            task.state = "ended"
        if not task.inbox.put(task):
            task.late(task)


class _VirtualInbox(Inbox):
    def __init__(self, workers: VirtualWorkers) -> None:
        super().__init__()
        self._workers = workers

    def wait(self, seconds: float) -> list[Task]:
        workers = self._workers
        until = workers.time + seconds
        while not (self._ended or self._nudged) and workers.due and workers.due[0][0] <= until:
            moment, _, action = heapq.heappop(workers.due)
            workers.time = max(workers.time, moment)
            action()
        if not (self._ended or self._nudged):
            assert math.isfinite(until)
            workers.time = until
        return super().wait(0)


@dataclass
class Actor:
    """A provider that does what the acts say, one after the other, the last one for ever."""

    workers: VirtualWorkers
    name: ProviderName
    acts: Sequence[Act]
    model: str = "claude-haiku-4-5"
    asked: list[tuple[float, Prompt, float]] = field(default_factory=list)  # when, what, with which timeout

    @property
    def times(self) -> list[float]:
        """When it was asked, in seconds from the start of the test."""
        return [when - 1000.0 for when, _, _ in self.asked]

    def ask(self, prompt: Prompt, *, timeout: float, progress: Progress | None = None) -> Answer:
        workers, begin = self.workers, self.workers.time
        act = self.acts[min(len(self.asked), len(self.acts) - 1)]
        self.asked.append((begin, prompt, timeout))
        task = workers.acting
        assert task is not None
        for number, moment in enumerate(act.characters, 1):
            if moment <= timeout:
                workers.at(begin + moment, lambda n=number: task.progress(n, workers.time))  # type: ignore[misc]
        if act.hangs:
            raise _Never
        workers.time += min(act.seconds, timeout)
        if act.seconds > timeout:
            raise ProviderError(Failure.TIMEOUT, f"no answer in {timeout:.0f} s")
        if act.error is not None:
            raise act.error
        return Answer(act.text, act.reports or self.model, act.usage)

    def validate_credentials(self, *, timeout: float) -> None: ...


def failing(failure: Failure, *, retry_after: float | None = None, seconds: float = 1.0) -> Act:
    return Act(seconds, error=ProviderError(failure, f"it says {failure}", retry_after=retry_after))
