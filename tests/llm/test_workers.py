"""Real threads: places, calls that never end, and 32 requests at once. Nothing here measures time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from mdg_llm.base import Answer, Call, Failure, Progress, Prompt, Provider, ProviderName
from mdg_llm.circuit import Circuits
from mdg_llm.manager import Limits, ask
from mdg_llm.outcome import Outcome
from mdg_llm.workers import Hung, Inbox, NoPlace, Task, ThreadWorkers
from tests.llm.acting import PROMPT, USAGE, read

PATIENCE = 30.0  # for what must happen at once, on a busy machine


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What hanging calls wait for; opened at the end, so that no thread outlives its test."""
    event = threading.Event()
    yield event
    event.set()


def task_of(run: Callable[[Task], object], inbox: Inbox, late: list[Task] | None = None) -> Task:
    return Task(
        lane="openai",
        run=run,
        late=(late if late is not None else []).append,
        inbox=inbox,
        timeout=10,
        deadline=100,
        submitted_at=0,
    )


def ends(inbox: Inbox, count: int) -> list[Task]:
    """The next `count` tasks that end."""
    ended: list[Task] = []
    for _ in range(100):
        ended += inbox.wait(PATIENCE)
        if len(ended) >= count:
            return ended
    raise AssertionError(f"only {len(ended)} of {count} ended")


def test_no_more_calls_run_at_once_than_there_are_places(gate: threading.Event) -> None:
    workers, inbox = ThreadWorkers(places=3), Inbox()
    running, most, lock = 0, 0, threading.Lock()
    full = threading.Semaphore(0)

    def run(_: Task) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        full.release()
        gate.wait(PATIENCE)
        with lock:
            running -= 1
        return "done"

    for _ in range(12):
        workers.submit(task_of(run, inbox))
    for _ in range(3):
        assert full.acquire(timeout=PATIENCE)
    assert not full.acquire(timeout=0.05), "the fourth waits"
    assert sum(thread.name == "ask-openai" for thread in threading.enumerate()) == 3, "and has no thread"
    gate.set()
    assert {task.result for task in ends(inbox, 12)} == {"done"}
    assert most == 3


def test_a_call_in_line_can_be_taken_back(gate: threading.Event) -> None:
    workers, inbox, begun = ThreadWorkers(places=1), Inbox(), threading.Event()

    def hang(_: Task) -> None:
        begun.set()
        gate.wait(PATIENCE)

    first, second = task_of(hang, inbox), task_of(hang, inbox)
    workers.submit(first)
    workers.submit(second)
    assert begun.wait(PATIENCE)
    assert not workers.cancel(first)
    assert workers.cancel(second)
    gate.set()
    assert ends(inbox, 1) == [first]
    assert second.started_at is None


def test_threads_that_hang_are_left_behind_up_to_the_bound(gate: threading.Event) -> None:
    clock, inbox = Clock(), Inbox()
    workers = ThreadWorkers(places=1, max_left_behind=2, grace=1, clock=clock)
    tasks = [task_of(lambda _: gate.wait(PATIENCE), inbox) for _ in range(4)]
    for task in tasks:
        workers.submit(task)
    clock.time = 10.9
    workers.reap()
    assert workers.left_behind() == {"openai": 0}, "the grace is not over"
    clock.time = 11
    workers.reap()
    assert [task.result for task in ends(inbox, 1)] == [Hung(1)]
    assert tasks[1].state == "running", "the place is free for the next"
    clock.time = 22
    workers.reap()
    results = [(task, task.result) for task in ends(inbox, 3)]
    assert results == [(tasks[1], Hung(2)), (tasks[2], NoPlace(2)), (tasks[3], NoPlace(2))]
    refused = task_of(lambda _: None, inbox)
    workers.submit(refused)
    assert ends(inbox, 1) == [refused]
    assert refused.result == NoPlace(2)
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "ask-openai":
            thread.join(PATIENCE)
    assert workers.left_behind() == {"openai": 0}
    welcome = task_of(lambda _: "again", inbox)
    workers.submit(welcome)
    assert [task.result for task in ends(inbox, 1)] == ["again"], "what the hanging ones returned is not heard"


def test_what_a_call_raises_is_its_result() -> None:
    inbox = Inbox()

    def broken(_: Task) -> None:
        raise KeyError("x")

    ThreadWorkers().submit(task_of(broken, inbox))
    assert isinstance(ends(inbox, 1)[0].result, KeyError)


def test_a_call_that_outlives_its_request_ends_late(gate: threading.Event) -> None:
    inbox, late, said = Inbox(), [], threading.Event()

    def hang(_: Task) -> str:
        gate.wait(PATIENCE)
        return "late"

    task = task_of(hang, inbox)

    def note(ended: Task) -> None:
        late.append(ended.result)
        said.set()

    task.late = note
    ThreadWorkers().submit(task)
    assert inbox.close() == []
    gate.set()
    assert said.wait(PATIENCE)
    assert late == ["late"]


# -- the manager on real threads


@dataclass
class Slow:
    """A provider that answers when its gate opens, or after so many seconds."""

    name: ProviderName
    gate: threading.Event
    seconds: float = PATIENCE
    model: str = "claude-haiku-4-5"
    most: int = 0
    asked: int = 0
    _running: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, prompt: Prompt, *, timeout: float, progress: Progress | None = None) -> Answer:
        with self._lock:
            self.asked += 1
            self._running += 1
            self.most = max(self.most, self._running)
        self.gate.wait(self.seconds)
        with self._lock:
            self._running -= 1
        return Answer("clip", self.model, USAGE)

    def validate_credentials(self, *, timeout: float) -> None: ...


def test_32_requests_at_once_share_the_places(gate: threading.Event) -> None:
    slow = Slow("openai", gate, seconds=0.02)
    workers, circuits = ThreadWorkers(places=4), Circuits()

    def one(_: int) -> Outcome[str]:
        return ask(PROMPT, read, [slow], circuits=circuits, workers=workers)

    with ThreadPoolExecutor(32) as pool:
        outcomes = list(pool.map(one, range(32)))
    assert [outcome.value for outcome in outcomes] == ["clip"] * 32
    assert (slow.asked, slow.most) == (32, 4)


def test_requests_whose_provider_hangs_end_without_it(gate: threading.Event) -> None:
    """Every request ends although no call does, and the threads that stay are as many as allowed."""
    hanging = Slow("openai", gate)
    workers = ThreadWorkers(places=4, max_left_behind=2, grace=0.05)
    limits = Limits(deadline_seconds=1.0, timeouts={"openai": 0.2})

    def one(_: int) -> Outcome[str]:
        return ask(PROMPT, read, [hanging], circuits=Circuits(), workers=workers, limits=limits)

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(one, range(16)))
    assert not gate.is_set()
    assert all(outcome.value is None and outcome.reason for outcome in outcomes)
    assert {call.failure for outcome in outcomes for call in outcome.calls} <= {Failure.TIMEOUT}
    assert any("hang for good" in skip.reason for outcome in outcomes for skip in outcome.skips)
    assert hanging.asked <= 4 + 2


def test_the_hedge_wins_on_real_threads_and_the_loser_is_booked_later(gate: threading.Event) -> None:
    booked: dict[int, Call] = {}
    both = threading.Event()

    class Book:
        numbers = 0

        def begin(self, provider: Provider, prompt: Prompt) -> int:
            self.numbers += 1
            return self.numbers

        def end(self, number: int, call: Call) -> None:
            booked[number] = call
            if len(booked) == 2:
                both.set()

    slow, quick = Slow("anthropic", gate), Slow("local", gate, seconds=0)
    outcome = ask(
        PROMPT,
        read,
        [slow, quick],
        circuits=Circuits(),
        workers=ThreadWorkers(),
        limits=Limits(hedge_after_seconds=0.05),
        ledger=Book(),
    )
    assert outcome.provider == "local"
    assert list(booked) == [2]
    gate.set()
    assert both.wait(PATIENCE)
    assert booked[1].cost_usd == pytest.approx(0.0015)
    assert booked[1].error == "the answer came when the request was over"


def test_a_ledger_that_fails_reaches_the_caller(gate: threading.Event) -> None:
    class Broken:
        def begin(self, provider: Provider, prompt: Prompt) -> int:
            raise ConnectionError("the database is away")

        def end(self, number: int, call: Call) -> None: ...

    circuits = Circuits()
    with pytest.raises(ConnectionError):
        ask(PROMPT, read, [Slow("openai", gate)], circuits=circuits, workers=ThreadWorkers(), ledger=Broken())
    assert circuits.states() == {"openai": "closed"}
