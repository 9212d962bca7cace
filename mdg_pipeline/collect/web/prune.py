"""Which kept answers go: those too old to be of use, and the oldest beyond the size that the cache may have.

An answer whose body is a document (a MIDI file as it was downloaded) stays as long as the document, which is for
ever: it takes no room of its own, and the file is not asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mdg_core.settings import Settings
from mdg_core.store import web
from mdg_core.store.connect import Connection
from mdg_pipeline.lake import Lake

# a blob stored within this time is left alone: the row that names it may still be under way
UNUSED_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Pruned:
    """`pages` and `blobs` count what was removed, `kept_bytes` what the pages that stay take beside documents."""

    pages: int
    blobs: int
    freed_bytes: int
    kept_pages: int
    kept_bytes: int


def prune(conn: Connection, lake: Lake, settings: Settings) -> Pruned:
    """Remove pages by age and size, then every blob that neither a page nor a document names."""
    now = datetime.now(UTC)
    days = timedelta(days=settings.research.page_cache_days)
    oldest = now - max(days, timedelta(hours=settings.web.cache_hours))
    documents = lake.document_ids()
    pages = [page for page in web.pages_by_age(conn) if page[1] not in documents]
    sizes = {blob: lake.blob_size(blob) for _, blob, _ in pages}
    left, room = sum(sizes[blob] for _, blob, _ in pages), settings.research.page_cache_megabytes * 1_000_000
    dropped: list[str] = []
    for key, blob, checked_at in pages:
        if checked_at >= oldest and left <= room:
            break
        dropped.append(key)
        left -= sizes[blob]
    removed = web.forget_pages(conn, dropped, unchecked_since=now)
    named = lake.document_ids() | {blob for _, blob, _ in web.pages_by_age(conn)}
    freed = [lake.drop_blob(blob, unused_seconds=UNUSED_SECONDS) for blob in lake.blobs() if blob not in named]
    return Pruned(removed, sum(1 for size in freed if size), sum(freed), len(pages) - removed, left)
