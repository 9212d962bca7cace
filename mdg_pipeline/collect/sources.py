"""Which sources there are for each kind of document, and asking them."""

from __future__ import annotations

from mdg_core.settings import Settings
from mdg_pipeline.collect import library
from mdg_pipeline.collect.base import Collected
from mdg_pipeline.documents import Outcome, RawKind


def collect(kind: RawKind, key: str, settings: Settings) -> list[Collected]:
    """Ask every source of this kind; a source that cannot answer says so in its outcome."""
    if kind in ("papers", "audio"):
        return [Collected(Outcome(kind, "disabled", f"no source of {kind} is set up"))]
    return [
        library.collect(
            settings.library,
            key,
            kind,
            max_file_bytes=settings.research.max_file_bytes,
            max_files=settings.research.max_files_per_artist,
        )
    ]
