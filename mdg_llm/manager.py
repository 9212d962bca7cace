"""Whom to ask, when to go on to the next, and when to say that nothing came; what follows which failure: `failures`.

The providers are asked in their order. The one that was asked last has the floor while characters keep coming, for at
most its fair share of the time that was left; then the next is asked beside it and the first good answer wins. So a
provider that hangs costs the hedging time and never the deadline. All times are in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Generic, TypeVar

from mdg_llm.base import Answer, Call, Failure, Prompt, Provider, ProviderError, ProviderName
from mdg_llm.calling import ERROR_CHARACTERS, Calling, NotMade, believed, plain
from mdg_llm.circuit import Circuits
from mdg_llm.failures import DECISIONS, InvalidAnswer, seconds_before_retry
from mdg_llm.ledger import Ledger
from mdg_llm.outcome import Outcome, Skip, why_nothing
from mdg_llm.workers import Hung, NoPlace, Task, Workers

T = TypeVar("T")

# the provider that is asked, and the characters of its answer so far
OnProgress = Callable[[ProviderName, int], None]

_LEAST_CALL_SECONDS = 1.0  # a retry that has less left is not worth its cost
_REFUSED_CHARACTERS = 4000  # of a refused answer that goes back to its model: it is paid for again


@dataclass(frozen=True, slots=True)
class Limits:
    """deadline_seconds: for the request in all. hedge_after_seconds: without a new character, and the next is asked.

    timeouts: the longest call of each provider; the deadline where none is given.
    """

    deadline_seconds: float = 120.0
    hedge_after_seconds: float = 15.0
    timeouts: Mapping[ProviderName, float] = field(default_factory=dict)


def ask(
    prompt: Prompt,
    read: Callable[[str], T],
    providers: Sequence[Provider],
    *,
    circuits: Circuits,
    workers: Workers,
    limits: Limits | None = None,
    missing: Mapping[ProviderName, str] | None = None,
    ledger: Ledger | None = None,
    on_progress: OnProgress | None = None,
    rng: Random | None = None,
) -> Outcome[T]:
    """Ask until `read` accepts an answer, the providers are through, or the deadline is over.

    `read` makes a value of an answer's text or raises InvalidAnswer with the reason that the model is told. `circuits`
    and `workers` are those of the process, shared by all requests. `missing` says of each provider that is not set up
    what to do. `ledger` is told of each call and can forbid it. `read` and `on_progress` are called in this thread;
    what they raise, and the ledger, goes to the caller; no failure of a provider does.
    """
    rng = rng or Random()  # noqa: S311 - jitter
    request = _Request(prompt, read, providers, circuits, workers, limits or Limits(), ledger, on_progress, rng)
    request.skips += [Skip(name, None, what_to_do) for name, what_to_do in (missing or {}).items()]
    return request.run()


@dataclass(eq=False, slots=True)
class _Turn:
    """A provider in the queue: what it is asked next, and from when on."""

    provider: Provider
    prompt: Prompt
    due: float
    asked: bool = False
    retries: int = 0
    asked_again: int = 0


@dataclass(eq=False, slots=True)
class _Asked:
    """A call under way, and until when it keeps the others from being asked."""

    turn: _Turn
    calling: Calling
    task: Task
    share_ends: float
    told: int = -1  # characters that `on_progress` was told of

    def yields_at(self, hedge_after: float) -> float:
        return min(max(self.task.submitted_at, self.task.progressed_at) + hedge_after, self.share_ends)


class _Request(Generic[T]):
    def __init__(
        self,
        prompt: Prompt,
        read: Callable[[str], T],
        providers: Sequence[Provider],
        circuits: Circuits,
        workers: Workers,
        limits: Limits,
        ledger: Ledger | None,
        on_progress: OnProgress | None,
        rng: Random,
    ) -> None:
        self._read, self._circuits, self._workers, self._limits = read, circuits, workers, limits
        self._ledger, self._on_progress, self._rng = ledger, on_progress, rng
        self._inbox = workers.inbox()
        now = workers.now()
        self._end = now + limits.deadline_seconds
        self._turns = [_Turn(provider, prompt, now) for provider in providers]
        self._running: dict[Task, _Asked] = {}
        self._won: tuple[T, ProviderName, str] | None = None
        self.calls: list[Call] = []
        self.skips: list[Skip] = []

    def run(self) -> Outcome[T]:
        try:
            while self._won is None and (now := self._workers.now()) < self._end:
                self._ask_next(now)
                if not self._running and not self._turns:
                    break
                ended = self._inbox.wait(self._next_moment(now) - now)
                self._tell_progress()
                for task in ended:
                    self._ended(self._running.pop(task))
                self._workers.reap()
        finally:
            self._leave()
        value, provider, model = self._won or (None, None, None)
        reason = "" if self._won else why_nothing(self.calls, self.skips)
        return Outcome(value, provider, model, tuple(self.calls), tuple(self.skips), reason)

    # -- whom to ask, and when

    def _has_floor(self, now: float) -> bool:
        return any(now < asked.yields_at(self._limits.hedge_after_seconds) for asked in self._running.values())

    def _ask_next(self, now: float) -> None:
        """Ask the first provider whose turn it is, unless another has the floor."""
        while not self._has_floor(now):
            turn = next((turn for turn in self._turns if turn.due <= now), None)
            if turn is None:
                return
            self._turns.remove(turn)
            blocked = self._circuits.of(turn.provider.name).blocked()
            if blocked is not None:
                self.skips.append(Skip(turn.provider.name, blocked.failure, blocked.reason))
                continue
            self._submit(turn, now)

    def _submit(self, turn: _Turn, now: float) -> None:
        name = turn.provider.name
        waiting = sum(not other.asked for other in self._turns)
        turn.asked = True
        calling = Calling(
            turn.provider,
            turn.prompt,
            circuit=self._circuits.of(name),
            ledger=self._ledger,
            clock=self._workers.now,
        )
        task = Task(
            lane=name,
            run=calling.make,
            late=calling.late,
            inbox=self._inbox,
            timeout=self._limits.timeouts.get(name, self._limits.deadline_seconds),
            deadline=self._end,
            submitted_at=now,
        )
        share_ends = now + (self._end - now) / (waiting + 1)
        self._running[task] = _Asked(turn, calling, task, share_ends)
        self._workers.submit(task)

    def _next_moment(self, now: float) -> float:
        """When there is something to do again, if nothing is heard before."""
        moments = [self._end, *(turn.due for turn in self._turns)]
        if self._turns:
            moments += [asked.yields_at(self._limits.hedge_after_seconds) for asked in self._running.values()]
        moments += [task.hangs_at for task in self._running]
        return min(moment for moment in moments if moment > now)

    def _tell_progress(self) -> None:
        if self._on_progress is None:
            return
        for task, asked in self._running.items():
            if task.started_at is not None and task.characters > asked.told:
                asked.told = task.characters
                self._on_progress(task.lane, task.characters)

    # -- the end of a call

    def _ended(self, asked: _Asked) -> None:
        name = asked.turn.provider.name
        match asked.task.result:
            case Answer() as answer:
                self._answered(asked, answer)
            case ProviderError() as error:
                self._failed(asked, error)
            case Hung() as hung:
                self._failed(asked, asked.calling.hung(asked.task, hung))
            case NotMade() as reason:
                self.skips.append(Skip(name, reason.failure, str(reason)))
            case NoPlace(left_behind):
                self.skips.append(Skip(name, Failure.TIMEOUT, f"not asked: {left_behind} calls of it hang for good"))
            case fault:
                assert isinstance(fault, BaseException)
                raise fault

    def _answered(self, asked: _Asked, answer: Answer) -> None:
        if self._won is not None:
            self._book(asked, None, f"{self._won[1]} was faster", answer)
            return
        try:
            value = self._read(answer.text)
        except InvalidAnswer as error:
            self._queue_again(asked.turn, Failure.INVALID, str(error), answer.text, None)
            self._book(asked, Failure.INVALID, str(error), answer)
            return
        call = self._book(asked, None, None, answer)
        self._won = value, call.provider, call.model

    def _book(self, asked: _Asked, failure: Failure | None, error: str | None, answer: Answer) -> Call:
        call = asked.calling.book(asked.task, failure, error, answer.usage, answer.model)
        self.calls.append(call)
        return call

    def _failed(self, asked: _Asked, error: ProviderError) -> None:
        failure, reason = error.failure, str(error)
        if not self._queue_again(asked.turn, failure, reason, "", believed(error.retry_after)):
            asked.calling.rest_as_told(error)
        self.calls.append(asked.calling.book(asked.task, failure, reason, error.usage))

    def _queue_again(self, turn: _Turn, failure: Failure, reason: str, text: str, retry_after: float | None) -> bool:
        """Give the provider another turn if the table has one for it and the time allows it."""
        decision, now = DECISIONS[failure], self._workers.now()
        if self._won is not None:
            return False
        if turn.asked_again < decision.asks_again:
            refused = plain(text, _REFUSED_CHARACTERS) or "(cut off)", plain(reason, ERROR_CHARACTERS)
            room = 2 if failure is Failure.TRUNCATED else 1
            turn.prompt = replace(
                turn.prompt,
                max_tokens=turn.prompt.max_tokens * room,
                refused=(*turn.prompt.refused, refused),
            )
            turn.asked_again += 1
            turn.due = now
            self._turns.insert(0, turn)
            return True
        if turn.retries < decision.retries:
            due = now + seconds_before_retry(turn.retries, retry_after, self._rng)
            if due + _LEAST_CALL_SECONDS <= self._end:
                turn.retries += 1
                turn.due = due
                self._turns.append(turn)
                return True
        return False

    # -- the end of the request

    def _leave(self) -> None:
        """Go without the calls that are still under way: each is booked when it ends."""
        self._turns.clear()
        now = self._workers.now()
        for task in [task for task in self._running if self._workers.cancel(task)]:
            asked = self._running.pop(task)
            if self._won is None:
                reason = f"no place was free for {now - task.submitted_at:.0f} s"
                self.skips.append(Skip(asked.turn.provider.name, Failure.TIMEOUT, reason))
        for task in self._inbox.close():
            self._ended(self._running.pop(task))
        self.calls += [self._under_way(asked, now) for asked in self._running.values()]

    def _under_way(self, asked: _Asked, now: float) -> Call:
        if self._won is not None:
            failure, error = None, f"{self._won[1]} was faster; the cost is booked when the call ends"
        else:
            failure, error = Failure.TIMEOUT, f"no answer within the request's {self._limits.deadline_seconds:.0f} s"
        name, started = asked.turn.provider.name, asked.task.started_at
        return Call(
            provider=name,
            model=asked.turn.provider.model,
            seconds=0.0 if started is None else now - started,
            cost_usd=0.0 if name == "local" else None,
            failure=failure,
            error=error,
        )
