"""How asking the web can fail; each error carries the outcome of its source and a message for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from mdg_core.errors import MdgError
from mdg_pipeline.documents import FAILED_STATUSES, NO_CONNECTION, TOO_COSTLY, Outcome, OutcomeStatus


class WebError(MdgError):
    """A request that gave no usable answer.

    `retry_at`: when the source will be tried again, where that is known; `code`: the HTTP status, if there was
    one; `retry_after`: the seconds that the service itself asked for.
    """

    status: ClassVar[OutcomeStatus] = "unreachable"

    def __init__(
        self,
        said: str,
        *,
        retry_at: datetime | None = None,
        code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(said)
        self.said = said
        self.retry_at = retry_at
        self.code = code
        self.retry_after = retry_after

    def __str__(self) -> str:
        if self.retry_at is not None:
            return f"{self.said}; it will be tried again after {self.retry_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        own_rule = self.status == "blocked" and self.code is None
        if self.status in FAILED_STATUSES and not own_rule and self.status != TOO_COSTLY:
            return f"{self.said}; the next research tries it again"
        return self.said

    def outcome(self, source: str) -> Outcome:
        return Outcome(source, self.status, str(self))


class Unreachable(WebError):
    """No connection, or an error on the service's side."""


class NoConnection(Unreachable):
    """The name has no address, or nobody takes the connection: the service's fault, or that of the way to it."""

    status = NO_CONNECTION


class BadAnswer(Unreachable):
    """An answer that cannot be used: of another type, malformed, redirecting for ever."""


class TooLarge(BadAnswer):
    """More bytes than are taken."""


class TooCostlyAnswer(BadAnswer):
    """A page whose parsing takes more time or memory than is given; it is not likely to take less another time."""

    status = TOO_COSTLY


class TimedOut(WebError):
    status = "timed_out"


class Ended(WebError):
    """The research was ended while it asked: that says nothing of the service."""

    status = "timed_out"


class Throttled(WebError):
    """The service, or the rate agreed with it, asks for fewer requests."""

    status = "throttled"


class NoTurn(Throttled):
    """The agreed rate, or what the service asked for earlier, leaves no request before the deadline."""


class Blocked(WebError):
    """Refused: by the service (401, 403, a captcha), by robots.txt, or by our own rule on private addresses."""

    status = "blocked"


class Disabled(WebError):
    """The source is switched off, or lacks a setting that it needs."""

    status = "disabled"
