"""What is kept of clips and history, by the settings `retention`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mdg_core.settings import RetentionSettings
from mdg_core.store import retention
from mdg_core.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows went."""

    generations: int
    requests: int
    calls: int


def remove_old(conn: Connection, settings: RetentionSettings, now: datetime | None = None) -> Removed:
    """Remove what the settings no longer keep. Ending half-way does no harm: the next time goes on."""
    now = now or datetime.now(UTC)
    generations = requests = calls = 0
    if settings.clips_days:
        generations += retention.drop_generations(conn, now - timedelta(days=settings.clips_days))
    if settings.clips_megabytes:
        until = retention.clips_beyond(conn, settings.clips_megabytes * 1_000_000)
        generations += retention.drop_generations(conn, until) if until else 0
    if settings.history_days:
        oldest = now - timedelta(days=settings.history_days)
        requests = retention.drop_requests(conn, oldest)
        calls = retention.drop_calls(conn, oldest)
    return Removed(generations, requests, calls)
