"""What to do with an open research request: a pure decision, carried out by the sensor or the local worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from mdg_core.store import requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import ResearchRequest

RunState = Literal["none", "running", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Launch:
    """Start a run for this attempt."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A run is at work, or about to be."""


@dataclass(frozen=True, slots=True)
class Requeue:
    """The run died; try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fail:
    """Give up, and say why."""

    error: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Somebody ended the run."""

    reason: str


Decision = Launch | Wait | Requeue | Fail | Cancel


def decide(
    request: ResearchRequest, run: RunState, *, now: datetime, heartbeat_timeout: timedelta, max_attempts: int
) -> Decision:
    """`run` is the state of the run of this attempt: the one that claimed the request, or was launched for it.

    A failure that the run itself understood has closed the request already; what is seen here is a run that
    ended without a word (killed, machine gone, database gone), which is worth another try.
    """
    if run == "cancelled":
        return Cancel("cancelled in Dagster; ask again to research this artist")
    if request.status == "queued":
        if run == "none":
            return Launch()
        if run == "running":
            return Wait()
        return after_death(request, "the run ended before it began its work", max_attempts)
    silent = request.heartbeat_at is None or now - request.heartbeat_at > heartbeat_timeout
    if run in ("succeeded", "failed"):
        # a moment is left to a run that is just writing its result
        return after_death(request, "the run stopped before it was done", max_attempts) if silent else Wait()
    return after_death(request, "the run died", max_attempts) if silent else Wait()


def after_death(request: ResearchRequest, reason: str, max_attempts: int) -> Requeue | Fail:
    """What follows a run that ended without an answer."""
    if request.attempt >= max_attempts:
        return Fail(
            f"{reason}, {request.attempt} times in a row. `mdg status` and the logs folder in MDG_HOME say more."
        )
    return Requeue(f"{reason}; trying again (attempt {request.attempt + 1} of {max_attempts})")


def put_back(conn: Connection, request: ResearchRequest, decision: Requeue | Fail | Cancel) -> None:
    """Carry the decision out; the attempt guards against doing it twice."""
    if isinstance(decision, Requeue):
        requests.requeue(conn, request.id, attempt=request.attempt, reason=decision.reason)
    elif isinstance(decision, Cancel):
        requests.cancel(conn, request.id, reason=decision.reason)
    else:
        requests.fail(conn, request.id, attempt=request.attempt, error=decision.error)
