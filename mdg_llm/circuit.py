"""A circuit for each provider: after failures in a row nobody asks for a while, then one trial call decides.

States: closed (asked freely), open (not asked), half-open (the pause is over: one call at a time is let through).
Kept in this process alone: what it guards, keys and settings, is this process's too. Times are in seconds of the
clock given.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Literal

from mdg_llm.base import Failure, ProviderName

THRESHOLD = 3
PAUSE_SECONDS = 30.0
MAX_PAUSE_SECONDS = 600.0

State = Literal["closed", "open", "half-open"]


class Pass:
    """The leave to make one call; its outcome is told with it, and counts once."""

    __slots__ = ("used",)

    def __init__(self) -> None:
        self.used = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a provider is not asked now; `seconds` until it may be, infinite when a trial call or nobody decides."""

    failure: Failure
    reason: str
    seconds: float


class Circuit:
    """The state of one provider, for any number of threads."""

    def __init__(
        self,
        *,
        threshold: int = THRESHOLD,
        pause: float = PAUSE_SECONDS,
        max_pause: float = MAX_PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold, self._pause, self._max_pause, self._clock = threshold, pause, max_pause, clock
        self._lock = Lock()
        self._failures = 0  # in a row
        self._times_opened = 0
        self._open_until: float | None = None  # None: closed
        self._trial: Pass | None = None
        self._failure, self._reason = Failure.SERVER, ""

    @property
    def state(self) -> State:
        with self._lock:
            if self._open_until is None:
                return "closed"
            return "open" if self._clock() < self._open_until else "half-open"

    def blocked(self) -> Blocked | None:
        """What keeps a call away at this moment, if anything does."""
        with self._lock:
            return self._blocked()

    def enter(self) -> Pass | Blocked:
        """The leave for one call. Whoever gets a Pass must end it with `answered`, `failed` or `release`."""
        with self._lock:
            blocked = self._blocked()
            if blocked is not None:
                return blocked
            leave = Pass()
            if self._open_until is not None:
                self._trial = leave
            return leave

    def answered(self, leave: Pass) -> None:
        """The service is in order."""
        with self._lock:
            if leave.used:
                return
            # the answer to a question from before the circuit opened says nothing about now
            if self._use(leave) or self._open_until is None:
                self._failures = self._times_opened = 0
                self._open_until = None

    def failed(self, leave: Pass, failure: Failure, reason: str) -> None:
        """One more failure in a row. The pause doubles with each opening that no answer has followed."""
        with self._lock:
            if leave.used:
                return
            was_trial = self._use(leave)
            if self._open_until is not None and not was_trial:
                return
            self._failures += 1
            if was_trial or self._failures >= self._threshold:
                pause = min(self._max_pause, self._pause * 2.0 ** min(self._times_opened, 30))
                self._times_opened += 1
                self._open(pause, failure, reason)

    def release(self, leave: Pass) -> None:
        """The call says nothing about the service: it was not made, or what it met is told with `hold`."""
        with self._lock:
            self._use(leave)

    def hold(self, seconds: float, failure: Failure, reason: str) -> None:
        """Nobody asks for at least so long: a wrong key, no credit, or the service's own Retry-After."""
        with self._lock:
            self._open(seconds, failure, reason)

    def _use(self, leave: Pass) -> bool:
        """Whether this ends the trial call."""
        leave.used = True
        was_trial = leave is self._trial
        if was_trial:
            self._trial = None
        return was_trial

    def _open(self, seconds: float, failure: Failure, reason: str) -> None:
        until = self._clock() + seconds
        if self._open_until is None or until > self._open_until:
            self._open_until, self._failure, self._reason = until, failure, reason

    def _blocked(self) -> Blocked | None:
        if self._open_until is None:
            return None
        seconds = self._open_until - self._clock()
        if math.isinf(seconds):
            return Blocked(self._failure, f"not asked until mdg starts anew: {self._reason}", seconds)
        if seconds > 0:
            return Blocked(self._failure, f"not asked for another {math.ceil(seconds)} s: {self._reason}", seconds)
        if self._trial is not None:
            return Blocked(
                self._failure, f"not asked while a trial call finds out if it works again: {self._reason}", math.inf
            )
        return None


class Circuits:
    """The circuits of one process by provider; made anew with the settings."""

    def __init__(
        self,
        *,
        threshold: int = THRESHOLD,
        pause: float = PAUSE_SECONDS,
        max_pause: float = MAX_PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = partial(Circuit, threshold=threshold, pause=pause, max_pause=max_pause, clock=clock)
        self._lock = Lock()
        self._circuits: dict[ProviderName, Circuit] = {}

    def of(self, name: ProviderName) -> Circuit:
        with self._lock:
            return self._circuits.setdefault(name, self._make())

    def states(self) -> dict[ProviderName, State]:
        """The state of every provider that was asked."""
        with self._lock:
            circuits = dict(self._circuits)
        return {name: circuit.state for name, circuit in circuits.items()}
