"""What the database says of tasks as they change: triggers notify a channel, and one connection of a process listens.

What happens while nobody listens is not heard later: after `listen`, whoever waits has to look once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from mdg_core.store.connect import Connection

_ENDED = frozenset({"completed", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Change:
    """A research request or a generation has changed."""

    task_id: UUID
    status: str

    @property
    def is_end(self) -> bool:
        return self.status in _ENDED


def listen(conn: Connection) -> None:
    """From now on `heard` gives what changes."""
    conn.execute("LISTEN mdg_task")


def heard(conn: Connection, seconds: float) -> Iterator[Change]:
    """Changes as they are told, for so long. Raises psycopg.OperationalError when the connection is lost."""
    for told in conn.notifies(timeout=seconds):
        task_id, _, status = told.payload.partition(" ")
        yield Change(UUID(task_id), status)
