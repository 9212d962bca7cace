"""Requests that a client may send twice: what was answered the first time, for a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from mdg_core.store.connect import Connection

KEPT_HOURS = 24
# longer than any answer takes: who has not answered by then is gone
_ABANDONED_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Begun:
    """This request is the first of its key; its answer is to be stored or forgotten."""

    caller: str
    key: str
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request was answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class OtherRequest(Exception):
    """The key was used for something else."""


class UnderWay(Exception):
    """The first request is being answered."""


_BEGIN = """
INSERT INTO idempotency_key AS k (caller, key, digest) VALUES (%(caller)s, %(key)s, %(digest)s)
ON CONFLICT (caller, key) DO UPDATE
    SET digest = excluded.digest, began_at = now(), status = NULL, headers = NULL, body = NULL
    WHERE k.began_at < now() - make_interval(hours => %(hours)s)
        OR (k.status IS NULL AND k.began_at < now() - make_interval(secs => %(abandoned)s))
RETURNING began_at
"""


def begin(conn: Connection, caller: str, key: str, digest: bytes) -> Begun | Answer:
    """Take the key for a request, or find what it was answered.

    One statement decides, so that of several workers one makes the answer. Raises OtherRequest and UnderWay.
    """
    values = {"caller": caller, "key": key, "digest": digest, "hours": KEPT_HOURS, "abandoned": _ABANDONED_SECONDS}
    row = conn.execute(_BEGIN, values).fetchone()
    if row is not None:
        return Begun(caller, key, row["began_at"])
    row = conn.execute("SELECT * FROM idempotency_key WHERE caller = %(caller)s AND key = %(key)s", values).fetchone()
    if row is None:  # forgotten between the two statements
        return begin(conn, caller, key, digest)
    if bytes(row["digest"]) != digest:
        raise OtherRequest
    if row["status"] is None:
        raise UnderWay
    return Answer(row["status"], [(name, value) for name, value in row["headers"]], bytes(row["body"]))


def keep(conn: Connection, begun: Begun, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
    """Store the answer; those of more than a day ago are deleted."""
    conn.execute(
        "UPDATE idempotency_key SET status = %s, headers = %s, body = %s "
        "WHERE caller = %s AND key = %s AND began_at = %s",
        (status, Jsonb(list(headers)), body, begun.caller, begun.key, begun.began_at),
    )
    conn.execute("DELETE FROM idempotency_key WHERE began_at < now() - make_interval(hours => %s)", (KEPT_HOURS,))


def forget(conn: Connection, begun: Begun) -> None:
    """Nothing came of the request: it may be sent anew."""
    conn.execute(
        "DELETE FROM idempotency_key WHERE caller = %s AND key = %s AND began_at = %s",
        (begun.caller, begun.key, begun.began_at),
    )
