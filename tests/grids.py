"""Takes of .grid texts, as research keeps them."""

from __future__ import annotations

from datetime import UTC, datetime

from mdg_pipeline.analyse.midi import take_rows_of
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.collect.filetypes import GRID_MEDIA_TYPE
from mdg_pipeline.documents import Document


def takes_of(text: str) -> list[TakeRow]:
    document = Document(
        id="a" * 64,
        source="library",
        kind="midi",
        uri="file:a.grid",
        title="a",
        media_type=GRID_MEDIA_TYPE,
        size_bytes=len(text),
        trust=1.0,
        licence="own",
        fetched_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    return take_rows_of(document, text.encode())
