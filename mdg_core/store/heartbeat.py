"""Which services are alive, by what they themselves last said."""

from __future__ import annotations

from mdg_core.store.connect import Connection

PIPELINE = "pipeline"
# the request sensor beats every 5 s; three missed beats and some load
PIPELINE_TIMEOUT_SECONDS = 30


def beat(conn: Connection, service: str) -> None:
    conn.execute(
        "INSERT INTO heartbeat (service, seen_at) VALUES (%s, now()) "
        "ON CONFLICT (service) DO UPDATE SET seen_at = excluded.seen_at",
        (service,),
    )


def pipeline_is_alive(conn: Connection) -> bool:
    """Whether Dagster's request sensor ran within the last half minute."""
    row = conn.execute(
        "SELECT seen_at > now() - make_interval(secs => %s) AS alive FROM heartbeat WHERE service = %s",
        (PIPELINE_TIMEOUT_SECONDS, PIPELINE),
    ).fetchone()
    return bool(row and row["alive"])
