"""One call: made in a thread of its own, its circuit told, and booked once it has ended."""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Callable

from mdg_llm.base import Answer, Call, Failure, Prompt, Provider, ProviderError, Usage
from mdg_llm.circuit import Blocked, Circuit, Pass
from mdg_llm.failures import DECISIONS
from mdg_llm.ledger import Ledger
from mdg_llm.prices import cost_usd
from mdg_llm.workers import Hung, Task

ERROR_CHARACTERS = 500
_MODEL_CHARACTERS = 200
_LONGEST_RETRY_AFTER = 3600.0  # seconds that are believed
# what came back in these was made by the model, and can be billed even where no tokens are reported
_MAYBE_BILLED = (None, Failure.TIMEOUT, Failure.REFUSAL, Failure.TRUNCATED, Failure.INVALID)

_logger = logging.getLogger(__name__)


class NotMade(Exception):
    """The call was not made: the circuit is open, or the ledger forbids it."""

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure


class Calling:
    """A call to one provider, from the leave to make it to the line in the ledger."""

    def __init__(
        self,
        provider: Provider,
        prompt: Prompt,
        *,
        circuit: Circuit,
        ledger: Ledger | None,
        clock: Callable[[], float],
    ) -> None:
        self.provider = provider
        self._prompt, self._circuit, self._ledger, self._clock = prompt, circuit, ledger, clock
        self._leave: Pass | None = None
        self._number: int | None = None

    def make(self, task: Task) -> Answer:
        """Make the call. Raises ProviderError, NotMade, and what the ledger raises."""
        leave = self._circuit.enter()
        if isinstance(leave, Blocked):
            raise NotMade(leave.failure, leave.reason)
        self._leave = leave
        try:
            if self._ledger is not None:
                self._number = self._ledger.begin(self.provider, self._prompt)
        except ProviderError as error:
            self._circuit.release(leave)
            raise NotMade(error.failure, str(error)) from error
        except BaseException:
            self._circuit.release(leave)
            raise
        try:
            answer = self._ask(task)
        except ProviderError as error:
            self._tell_circuit(leave, error)
            raise
        self._circuit.answered(leave)
        return answer

    def hung(self, task: Task, hung: Hung) -> ProviderError:
        """The failure of a call that did not end in its time."""
        seconds = task.ends_by - (task.ends_by if task.started_at is None else task.started_at)
        error = ProviderError(
            Failure.TIMEOUT,
            f"did not end within its {seconds:.0f} s; its thread is left behind ({hung.left_behind} of this provider)",
        )
        if self._leave is not None:
            self._tell_circuit(self._leave, error)
        return error

    def rest_as_told(self, error: ProviderError) -> None:
        """Keep every request from the provider for its Retry-After, when this one does not come back."""
        seconds = believed(error.retry_after)
        if seconds and DECISIONS[error.failure].charges:
            self._circuit.hold(seconds, error.failure, plain(str(error), ERROR_CHARACTERS))

    def book(
        self, task: Task, failure: Failure | None, error: str | None, usage: Usage, model: str | None = None
    ) -> Call:
        """The call as the history keeps it; the ledger is told."""
        provider = self.provider
        reported = plain(model or provider.model, _MODEL_CHARACTERS)
        cost: float | None = 0.0
        if usage != Usage():
            cost = cost_usd(provider.name, usage, reported, provider.model)
        elif provider.name != "local" and (failure in _MAYBE_BILLED or task.characters):
            cost = None
        call = Call(
            provider=provider.name,
            model=reported,
            seconds=0.0 if task.started_at is None else max(0.0, task.ended_at - task.started_at),
            usage=usage,
            cost_usd=cost,
            failure=failure,
            error=None if error is None else plain(error, ERROR_CHARACTERS),
        )
        if self._ledger is not None and self._number is not None:
            self._ledger.end(self._number, call)
        return call

    def late(self, task: Task) -> None:
        """Book a call that has outlived its request; in a thread where nobody else would hear of a fault."""
        try:
            match task.result:
                case Answer() as answer:
                    self.book(task, None, "the answer came when the request was over", answer.usage, answer.model)
                case ProviderError() as error:
                    self.rest_as_told(error)
                    self.book(task, error.failure, str(error), error.usage)
                case Hung() as hung:
                    self.book(task, Failure.TIMEOUT, str(self.hung(task, hung)), Usage())
                case BaseException() as fault if not isinstance(fault, NotMade):
                    raise fault
        except Exception:
            _logger.exception("a late call of %s could not be booked", self.provider.name)

    def _ask(self, task: Task) -> Answer:
        try:
            return self.provider.ask(
                self._prompt,
                timeout=max(task.ends_by - self._clock(), 0.1),
                progress=lambda characters: task.progress(characters, self._clock()),
            )
        except ProviderError:
            raise
        except Exception as error:
            # the message can hold a key (a header that the HTTP library did not take), where the frames do not
            frames = "".join(traceback.format_tb(error.__traceback__))
            _logger.error("the adapter of %s raised %s\n%s", self.provider.name, type(error).__name__, frames)
            raise ProviderError(
                Failure.SERVER, f"a fault of the adapter ({type(error).__name__}); the log has it"
            ) from None

    def _tell_circuit(self, leave: Pass, error: ProviderError) -> None:
        decision, reason = DECISIONS[error.failure], plain(str(error), ERROR_CHARACTERS)
        if decision.charges:
            self._circuit.failed(leave, error.failure, reason)
        elif decision.out_seconds:
            self._circuit.release(leave)
            self._circuit.hold(max(decision.out_seconds, believed(error.retry_after) or 0.0), error.failure, reason)
        else:
            self._circuit.answered(leave)


def plain(text: str, limit: int) -> str:
    """Text of a service as it can be stored and shown: on one line, no control characters, at most `limit` long."""
    # surrogates, which no database and no HTTP body takes, are not printable either
    return " ".join("".join(char if char.isprintable() else " " for char in text[: limit * 2]).split())[:limit]


def believed(retry_after: float | None) -> float | None:
    """Seconds from 0 to an hour; None for what is no number."""
    if retry_after is None or math.isnan(retry_after):
        return None
    return min(max(retry_after, 0.0), _LONGEST_RETRY_AFTER)
