"""What is done about each kind of failure: one table, which the manager follows and its tests go through.

No failure stops a request: after the last provider come the templates. Waits are in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from mdg_core.errors import MdgError
from mdg_llm.base import Failure

BACKOFF_SECONDS = 1.0
MAX_BACKOFF_SECONDS = 8.0
QUOTA_PAUSE_SECONDS = 3600.0


class InvalidAnswer(MdgError):
    """An answer that is not what was asked for; its message is the reason that the model is told."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows a failure; when it allows nothing more, the next provider is asked.

    retries: how often the same question goes to the same provider again, after a wait. Providers that have not been
        asked yet come first, so that nobody waits while another could answer.
    asks_again: how often the provider is told the reason and asked again, at once and before the others.
    charges: whether the failure counts towards opening the provider's circuit; one that does not is the answer of a
        service in order, and closes it.
    out_seconds: how long no request asks the provider, in this process; infinity: until it starts with new settings.
    """

    because: str
    retries: int = 0
    asks_again: int = 0
    charges: bool = False
    out_seconds: float = 0.0


DECISIONS: Mapping[Failure, Decision] = {
    Failure.AUTH: Decision("the key is wrong for every request", out_seconds=math.inf),
    Failure.QUOTA: Decision("credit comes back by a person's hand", out_seconds=QUOTA_PAUSE_SECONDS),
    Failure.RATE_LIMIT: Decision("the service says when to come back, or soon", retries=2, charges=True),
    Failure.OVERLOADED: Decision("passes within seconds or minutes", retries=2, charges=True),
    Failure.SERVER: Decision("often a single accident", retries=1, charges=True),
    Failure.TIMEOUT: Decision("a second wait as long would eat the deadline", charges=True),
    Failure.CONNECTION: Decision("a blink of the network, or nobody there", retries=1, charges=True),
    Failure.TOO_LARGE: Decision("the same prompt stays too large here"),
    Failure.BAD_REQUEST: Decision("the settings name a model or an option that is not known", charges=True),
    Failure.REFUSAL: Decision("the same question is declined again"),
    Failure.TRUNCATED: Decision("with twice the room, and told to be brief", asks_again=1),
    Failure.INVALID: Decision("a model told what was wrong mostly mends it", asks_again=1),
    Failure.BUDGET: Decision("paid calls rest until 00:00 UTC; local models and templates go on"),
}


def seconds_before_retry(retry: int, retry_after: float | None, rng: Random) -> float:
    """The wait before retry number `retry` (from 0): what the service asks for, else exponential backoff.

    Half of the backoff is drawn ("equal jitter", M. Brooker, Exponential Backoff and Jitter, 2015), so that requests
    that failed together do not come back together.
    """
    if retry_after is not None:
        return max(0.0, retry_after)
    backoff = min(MAX_BACKOFF_SECONDS, BACKOFF_SECONDS * 2.0**retry)
    return backoff * (0.5 + 0.5 * rng.random())


def table() -> str:
    """The decisions as a Markdown table."""
    lines = [
        "| failure | the same provider | circuit | out of use | why |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {failure.value} | {_again(decision)} | {_circuit(failure, decision)} | {_out(decision)} "
        f"| {decision.because} |"
        for failure, decision in DECISIONS.items()
    ]
    return "\n".join(lines)


def _again(decision: Decision) -> str:
    if decision.retries:
        times = "once" if decision.retries == 1 else f"{decision.retries} times"
        return f"retried {times}, after the others: Retry-After if it fits, else backoff with jitter"
    return "asked again once with the reason" if decision.asks_again else "no"


def _circuit(failure: Failure, decision: Decision) -> str:
    if failure is Failure.BUDGET:
        return "as it was"
    if decision.out_seconds:
        return "opened"
    return "charged" if decision.charges else "closed"


def _out(decision: Decision) -> str:
    if math.isinf(decision.out_seconds):
        return "until mdg starts anew"
    return f"{decision.out_seconds / 60:.0f} min" if decision.out_seconds else "no"
