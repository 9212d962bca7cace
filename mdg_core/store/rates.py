"""What each caller has used of its hour, shared by all processes on one database."""

from __future__ import annotations

from dataclasses import dataclass

from mdg_core.store.connect import Connection

WINDOW_SECONDS = 3600

_DRAW = """
INSERT INTO rate_use AS r (caller, kind, began, used) VALUES (%(caller)s, %(kind)s, now(), %(count)s)
ON CONFLICT (caller, kind) DO UPDATE SET
    began = CASE WHEN r.began <= now() - %(window)s * interval '1 second' THEN now() ELSE r.began END,
    used = CASE WHEN r.began <= now() - %(window)s * interval '1 second' THEN excluded.used
                ELSE r.used + excluded.used END
RETURNING used, extract(epoch FROM began - now())::float8 + %(window)s AS seconds_left
"""


@dataclass(frozen=True, slots=True)
class Use:
    """`used` of the hour that ends in `seconds_left`, with those just drawn."""

    used: int
    seconds_left: float


def draw(conn: Connection, caller: str, kind: str, count: int) -> Use:
    """Count so many requests of a kind; one statement, which several processes may run at once.

    The hour begins with a caller's first request, and those over the limit are counted too.
    """
    values = {"caller": caller, "kind": kind, "count": count, "window": WINDOW_SECONDS}
    row = conn.execute(_DRAW, values).fetchone()
    assert row is not None
    return Use(row["used"], row["seconds_left"])
