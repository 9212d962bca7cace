"""Which failures are tried again, how often and how soon."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mdg_pipeline.collect.web.errors import (
    BadAnswer,
    Blocked,
    Ended,
    NoTurn,
    Throttled,
    TimedOut,
    TooLarge,
    Unreachable,
    WebError,
)

# a service that asks for more than this is asked again after this
MAX_RETRY_AFTER_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Reaction:
    """`attempts` counts the first one; 1: not tried again."""

    error: type[WebError]
    attempts: int
    said: str


# Statuses that are no answer to the question. Every other status is one: 2xx, and 400, 404, 410 and the like,
# which the source reads (arXiv's 400 holds a feed, 404 means that there is nothing).
STATUSES: dict[int, Reaction] = {
    401: Reaction(Blocked, 1, "wants a valid key"),
    403: Reaction(Blocked, 1, "refuses this client"),
    407: Reaction(Blocked, 1, "refuses this client"),
    408: Reaction(TimedOut, 3, "gave up waiting for the request"),
    425: Reaction(Throttled, 3, "asks to come later"),
    429: Reaction(Throttled, 4, "asks for fewer requests"),
    451: Reaction(Blocked, 1, "may not give this for legal reasons"),
    500: Reaction(Unreachable, 2, "has an internal error"),
    502: Reaction(Unreachable, 3, "is not available"),
    503: Reaction(Throttled, 4, "is overloaded or asks for fewer requests"),
    504: Reaction(Unreachable, 3, "is not available"),
}
OTHER_SERVER_ERROR = Reaction(Unreachable, 2, "has an internal error")

# Failures without a usable status, by error.
ATTEMPTS: dict[type[WebError], int] = {
    Unreachable: 3,  # refused, reset, cut off, no such name
    TimedOut: 2,
    BadAnswer: 2,  # malformed, another type
    TooLarge: 1,
    Throttled: 4,  # said in words with status 200
    NoTurn: 1,
    Blocked: 1,
    Ended: 1,
}


def reaction_to(status: int) -> Reaction | None:
    """None: the status is an answer."""
    return STATUSES.get(status) or (OTHER_SERVER_ERROR if status >= 500 else None)


def attempts_for(error: WebError) -> int:
    """How often a request that failed like this is made in all."""
    reaction = reaction_to(error.code) if error.code is not None else None
    if reaction is not None:
        return reaction.attempts
    return next(ATTEMPTS[kind] for kind in type(error).__mro__ if kind in ATTEMPTS)


def backoff(attempt: int, *, base: float, cap: float) -> float:
    """Seconds before the next try after `attempt` (from 1): exponential with full jitter.

    Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015: random(0, min(cap, base * 2**n)).
    """
    return random.uniform(0, min(cap, base * 2.0 ** (attempt - 1)))  # noqa: S311


def retry_after(header: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or an HTTP date); None: nothing usable."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        seconds = float(header[:12])
    else:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    return min(max(0.0, seconds), MAX_RETRY_AFTER_SECONDS)
