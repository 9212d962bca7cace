"""What processes and machines share when they ask web sources: turns, circuits, the index of cached answers.

Times are the database server's, so that machines whose clocks differ agree; waits are in seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from mdg_core.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until one's turn, and when that is; `because` says why all must wait, where a service asked for it."""

    seconds: float
    until: datetime
    because: str


@dataclass(frozen=True, slots=True)
class OpenCircuit:
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CachedPage:
    key: str
    source: str
    url: str
    final_url: str
    status: int
    content_type: str
    headers: dict[str, str]
    etag: str | None
    last_modified: str | None
    blob: str
    fetched_at: datetime
    checked_at: datetime


def reserve_turn(conn: Connection, key: str, *, interval: float, patience: float) -> tuple[Wait, bool]:
    """The next free moment for a request, taken if it comes within `patience` seconds; whether it was taken.

    One atomic statement: whoever asks at the same time gets a moment at least `interval` seconds away.
    """
    _ensure_turn(conn, key)
    row = conn.execute(
        """
        UPDATE web_turn SET next_slot = greatest(next_slot, held_until, clock_timestamp()) + %(interval)s
        WHERE key = %(key)s AND greatest(next_slot, held_until) <= clock_timestamp() + %(patience)s
        RETURNING next_slot - %(interval)s AS until, held_because,
            extract(epoch FROM next_slot - %(interval)s - clock_timestamp())::float8 AS seconds
        """,
        {"key": key, "interval": _seconds(interval), "patience": _seconds(patience)},
    ).fetchone()
    if row is not None:
        return Wait(max(0.0, row["seconds"]), row["until"], row["held_because"]), True
    row = conn.execute(
        "SELECT greatest(next_slot, held_until) AS until, held_because, "
        "extract(epoch FROM greatest(next_slot, held_until) - clock_timestamp())::float8 AS seconds "
        "FROM web_turn WHERE key = %s",
        (key,),
    ).fetchone()
    assert row is not None
    return Wait(max(0.0, row["seconds"]), row["until"], row["held_because"]), False


def begin_request(conn: Connection, key: str, *, interval: float) -> Wait | None:
    """Begin now, or how long is still to be waited: the request before this one can have begun late."""
    begun = conn.execute(
        "UPDATE web_turn SET last_request = clock_timestamp() WHERE key = %(key)s "
        "AND greatest(last_request + %(interval)s, held_until) <= clock_timestamp()",
        {"key": key, "interval": _seconds(interval)},
    ).rowcount
    if begun:
        return None
    row = conn.execute(
        "SELECT greatest(last_request + %(interval)s, held_until) AS until, held_because, extract(epoch FROM "
        "greatest(last_request + %(interval)s, held_until) - clock_timestamp())::float8 AS seconds "
        "FROM web_turn WHERE key = %(key)s",
        {"key": key, "interval": _seconds(interval)},
    ).fetchone()
    assert row is not None
    return Wait(max(0.0, row["seconds"]), row["until"], row["held_because"])


def end_request(conn: Connection, key: str) -> None:
    """Count the interval from now: at the latest now the request was at the service."""
    conn.execute("UPDATE web_turn SET last_request = clock_timestamp() WHERE key = %s", (key,))


def hold(conn: Connection, key: str, *, seconds: float, because: str) -> datetime:
    """Nobody asks for so long; returns until when."""
    _ensure_turn(conn, key)
    row = conn.execute(
        "UPDATE web_turn SET held_because = CASE WHEN held_until < clock_timestamp() + %(wait)s THEN %(because)s "
        "ELSE held_because END, held_until = greatest(held_until, clock_timestamp() + %(wait)s) "
        "WHERE key = %(key)s RETURNING held_until",
        {"key": key, "wait": _seconds(seconds), "because": because},
    ).fetchone()
    assert row is not None
    return row["held_until"]  # type: ignore[no-any-return]


def take_place(conn: Connection, key: str, places: int) -> int | None:
    """One of the `places` for requests at the same time, or None. The session's end gives it back, a kill too."""
    for place in range(places):
        row = conn.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS taken", (_place_name(key, place),)
        ).fetchone()
        if row and row["taken"]:
            return place
    return None


def give_place(conn: Connection, key: str, place: int) -> None:
    conn.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (_place_name(key, place),))


def open_circuit(conn: Connection, host: str) -> OpenCircuit | None:
    """What keeps requests from the host at this moment."""
    row = conn.execute(
        "SELECT open_until, reason FROM web_circuit WHERE host = %s AND open_until > clock_timestamp()", (host,)
    ).fetchone()
    return OpenCircuit(row["open_until"], row["reason"]) if row else None


def take_probe(conn: Connection, host: str, *, seconds: float) -> bool:
    """Whether this request is the one that tries a host whose pause is over.

    The circuit stays open for the others until the probe's outcome is known, for at most so many seconds.
    """
    return (
        conn.execute(
            "UPDATE web_circuit SET open_until = clock_timestamp() + %s "
            "WHERE host = %s AND open_until <= clock_timestamp()",
            (_seconds(seconds), host),
        ).rowcount
        == 1
    )


def close_circuit(conn: Connection, host: str) -> None:
    """The host answers."""
    conn.execute("DELETE FROM web_circuit WHERE host = %s", (host,))


def count_failure(
    conn: Connection, host: str, *, probe: bool, reason: str, threshold: int, pause: float, max_pause: float
) -> datetime | None:
    """One more failure in a row; until when the circuit is open, if it is.

    It opens at `threshold` failures for `pause` seconds; every probe that fails doubles that, up to `max_pause`.
    """
    conn.execute("INSERT INTO web_circuit (host) VALUES (%s) ON CONFLICT DO NOTHING", (host,))
    row = conn.execute(
        """
        UPDATE web_circuit SET failures = failures + 1, reason = %(reason)s,
            times_opened = times_opened + opens::int,
            open_until = CASE WHEN opens
                THEN clock_timestamp() + least(%(pause)s * power(2, least(times_opened, 30)), %(max)s) * interval '1 s'
                ELSE open_until END
        FROM (SELECT host AS h, %(probe)s OR (open_until IS NULL AND failures + 1 >= %(threshold)s) AS opens
              FROM web_circuit WHERE host = %(host)s FOR UPDATE) AS now
        WHERE host = now.h RETURNING open_until
        """,
        {"host": host, "probe": probe, "reason": reason, "threshold": threshold, "pause": pause, "max": max_pause},
    ).fetchone()
    return row["open_until"] if row else None


def page_key(source: str, url: str) -> str:
    return hashlib.sha256(f"{source}\n{url}".encode()).hexdigest()


def find_page(conn: Connection, source: str, url: str) -> CachedPage | None:
    with conn.cursor(row_factory=class_row(CachedPage)) as cursor:
        return cursor.execute("SELECT * FROM web_page WHERE key = %s", (page_key(source, url),)).fetchone()


def keep_page(conn: Connection, page: CachedPage) -> None:
    """Keep the page, in the place of what was kept of the same address."""
    values: dict[str, Any] = {field: getattr(page, field) for field in _PAGE_FIELDS}
    columns = ", ".join(_PAGE_FIELDS)
    places = ", ".join(f"%({field})s" for field in _PAGE_FIELDS)
    changes = ", ".join(f"{field} = excluded.{field}" for field in _PAGE_FIELDS[1:])
    conn.execute(
        f"INSERT INTO web_page ({columns}) VALUES ({places}) ON CONFLICT (key) DO UPDATE SET {changes}",  # noqa: S608
        {**values, "headers": Jsonb(page.headers)},
    )


def confirm_page(conn: Connection, key: str, checked_at: datetime) -> None:
    """The service says that the page has not changed."""
    conn.execute("UPDATE web_page SET checked_at = %s WHERE key = %s", (checked_at, key))


def pages_by_age(conn: Connection) -> list[tuple[str, str, datetime]]:
    """Key, blob and time of the last confirmation of every kept page, the oldest first."""
    rows = conn.execute("SELECT key, blob, checked_at FROM web_page ORDER BY checked_at, key").fetchall()
    return [(row["key"], row["blob"], row["checked_at"]) for row in rows]


def forget_pages(conn: Connection, keys: Sequence[str], *, unchecked_since: datetime) -> int:
    """Remove the pages that nobody has confirmed since; how many there were."""
    return conn.execute(
        "DELETE FROM web_page WHERE key = ANY(%s) AND checked_at <= %s", (list(keys), unchecked_since)
    ).rowcount


_PAGE_FIELDS = tuple(CachedPage.__dataclass_fields__)


def _ensure_turn(conn: Connection, key: str) -> None:
    conn.execute(
        "INSERT INTO web_turn (key, next_slot, last_request, held_until) "
        "VALUES (%s, '-infinity', '-infinity', '-infinity') ON CONFLICT DO NOTHING",
        (key,),
    )


def _place_name(key: str, place: int) -> str:
    return f"web {key} {place}"


def _seconds(value: float) -> timedelta:
    return timedelta(seconds=value)
