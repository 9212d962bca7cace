"""Turns and circuits: how often a source is asked, and when a host is left alone; shared through Postgres."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mdg_core.settings import WebSettings
from mdg_core.store import web
from mdg_core.store.connect import Connection
from mdg_pipeline.collect.web.errors import BadAnswer, NoTurn, Throttled, TimedOut, Unreachable

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Rule:
    """`interval`: seconds between requests, counted from the begin and again from the end of the one before.

    A request reaches the service at some moment between the two, so that requests which do not overlap are never
    closer together there.
    """

    key: str
    interval: float
    places: int


@contextmanager
def turn(conn: Connection, rule: Rule, deadline: float) -> Iterator[None]:
    """One's turn to ask. Raises NoTurn when it does not come before the deadline (time.monotonic())."""
    place = _wait_for_place(conn, rule, deadline)
    try:
        _wait_for_moment(conn, rule, deadline)
        try:
            yield
        finally:
            web.end_request(conn, rule.key)
    finally:
        web.give_place(conn, rule.key, place)


def _wait_for_place(conn: Connection, rule: Rule, deadline: float) -> int:
    while (place := web.take_place(conn, rule.key, rule.places)) is None:
        if time.monotonic() + _POLL_SECONDS >= deadline:
            raise NoTurn(f"{rule.key}: other research keeps asking it, no turn came in time")
        time.sleep(_POLL_SECONDS)
    return place


def _wait_for_moment(conn: Connection, rule: Rule, deadline: float) -> None:
    wait, reserved = web.reserve_turn(
        conn, rule.key, interval=rule.interval, patience=max(0.0, deadline - time.monotonic())
    )
    if not reserved:
        raise _too_late(rule, wait)
    time.sleep(wait.seconds)
    while (rest := web.begin_request(conn, rule.key, interval=rule.interval)) is not None:
        if time.monotonic() + rest.seconds > deadline:
            raise _too_late(rule, rest)
        time.sleep(rest.seconds)


def _too_late(rule: Rule, wait: web.Wait) -> NoTurn:
    because = wait.because or f"{rule.key}: its rate leaves no request before then"
    return NoTurn(because, retry_at=wait.until)


def respect_circuit(conn: Connection, host: str) -> None:
    """Raises Unreachable while the host is left alone."""
    found = web.open_circuit(conn, host)
    if found is not None:
        raise Unreachable(f"{host} is left alone after repeated failures ({found.reason})", retry_at=found.until)


@contextmanager
def circuit(conn: Connection, host: str, settings: WebSettings, *, patient: bool) -> Iterator[None]:
    """Counts how a request to the host ends. `patient`: it has time enough that running out of it is the host's doing.

    After a pause one request tries the host; while it does, and after it failed, the others raise Unreachable.
    """
    probe = web.take_probe(conn, host, seconds=settings.request_timeout_seconds)
    if not probe:
        respect_circuit(conn, host)
    try:
        yield
    except (Unreachable, TimedOut, Throttled) as error:
        if not isinstance(error, BadAnswer) and (patient or not isinstance(error, TimedOut)):
            error.retry_at = web.count_failure(
                conn,
                host,
                probe=probe,
                reason=error.said[:300],
                threshold=settings.circuit_failures,
                pause=settings.circuit_pause_seconds,
                max_pause=settings.max_circuit_pause_seconds,
            )
        raise
    else:
        web.close_circuit(conn, host)
