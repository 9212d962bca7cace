"""The feature tables of an artist: a row per take and per finding; what has been read before is not read again.

A row is kept as long as its document's content (the id) and the code version are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mdg_core.errors import MdgError
from mdg_pipeline.analyse import takes as take_rows
from mdg_pipeline.analyse.map_files import MapFiles, read_map
from mdg_pipeline.analyse.midi import take_rows_of
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.analyse.text import Subject, findings
from mdg_pipeline.analyse.text.documents import document_text
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.filetypes import MAP_MEDIA_TYPE
from mdg_pipeline.collect.library import SOURCE as LIBRARY
from mdg_pipeline.collect.papers_common import paper_text
from mdg_pipeline.documents import Document, RawKind
from mdg_pipeline.lake import Lake
from mdg_pipeline.versions import CODE

if TYPE_CHECKING:
    import pyarrow as pa

_Progress = Callable[[float], None]
_REPORT_EVERY = 25
_OVERVIEW_ROWS = 40


@dataclass(frozen=True, slots=True)
class _Table:
    """A feature table: which documents it reads, and how one document becomes rows."""

    name: str
    kinds: tuple[RawKind, ...]
    code_version: str
    extract: Callable[[Document, bytes], list[dict[str, Any]]]
    schema: Callable[[], pa.Schema]
    depends_on: Callable[[Document], str] = lambda document: ""  # what else a document's rows come of


def midi_features(lake: Lake, query: ArtistQuery, progress: _Progress) -> list[dict[str, Any]]:
    """A row per take of the artist's MIDI and grid documents; broken ones have a row with the error."""
    names = (query.name, *query.aliases, *query.drummers, *query.bands)
    code_version = f"{CODE['features/midi']}-{_digest(repr(names))}"
    maps = MapFiles.of(lake.documents("midi", query.key))
    extract = partial(_midi_rows, lake, names, maps)
    table = _Table("features_midi", ("midi",), code_version, extract, midi_schema, maps.version_for)
    return _refresh(table, lake, query.key, progress)


def text_features(lake: Lake, query: ArtistQuery, progress: _Progress) -> list[dict[str, Any]]:
    """A row per finding in the artist's papers and articles; a text without any has one row without a finding."""
    subject = Subject((query.name, *query.aliases), query.drummers)
    # other names find other things
    code_version = f"{CODE['features/text']}-{_digest(repr(subject))}"
    extract = partial(_text_rows, subject)
    table = _Table("features_text", ("papers", "articles"), code_version, extract, text_schema)
    return _refresh(table, lake, query.key, progress)


def takes(lake: Lake, key: str) -> list[TakeRow]:
    return [take_rows.from_row(row) for row in lake.read_table("features_midi", key)]


def texts(lake: Lake, key: str) -> list[dict[str, Any]]:
    return [row for row in lake.read_table("features_text", key) if row["kind"] is not None]


def overview(kind: str, rows: list[dict[str, Any]]) -> str:
    """The first rows as a Markdown table."""
    columns = {
        "midi": ["title", "style", "role", "tempo", "metre", "bars", "error"],
        "text": ["title", "kind", "name", "value", "excerpt"],
    }[kind]
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    for row in rows[:_OVERVIEW_ROWS]:
        cells = ("" if row[column] is None else str(row[column]).replace("|", "/") for column in columns)
        lines.append("| " + " | ".join(cells) + " |")
    if len(rows) > _OVERVIEW_ROWS:
        lines.append(f"\n{len(rows) - _OVERVIEW_ROWS} more")
    return "\n".join(lines)


def _refresh(table: _Table, lake: Lake, key: str, progress: _Progress) -> list[dict[str, Any]]:
    documents = [d for kind in table.kinds for d in lake.documents(kind, key) if not d.superseded]
    known: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in lake.read_table(table.name, key):
        known.setdefault((row["document"], row["code_version"]), []).append(row)
    rows: list[dict[str, Any]] = []
    for index, document in enumerate(documents):
        version = _version(table.code_version + table.depends_on(document), document)
        rows += known.get((document.id, version)) or [
            row | {"code_version": version} for row in table.extract(document, lake.get_blob(document.id))
        ]
        if index % _REPORT_EVERY == 0:
            progress(index / len(documents))
    lake.write_table(table.name, key, rows, table.schema())
    progress(1.0)
    return rows


def _version(code_version: str, document: Document) -> str:
    """Where a document lies tells its style and role, so it is read again when it was moved."""
    return f"{code_version}-{_digest(document.uri)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _midi_rows(
    lake: Lake, names: Sequence[str], maps: MapFiles, document: Document, data: bytes
) -> list[dict[str, Any]]:
    try:
        if document.media_type == MAP_MEDIA_TYPE:
            read_map(data)  # only to tell what is wrong with it
            return []
        named = maps.nearest(document)
        note_map = read_map(lake.get_blob(named.id)) if named else None
        found = take_rows_of(document, data, note_map=note_map, names=names)
    except MdgError as error:
        found = [TakeRow(document.id, 0, document.uri, error=str(error))]
    return [take_rows.to_row(take) for take in found]


def _text_rows(subject: Subject, document: Document, data: bytes) -> list[dict[str, Any]]:
    base: dict[str, Any] = {"document": document.id, "title": document.title, "error": None}
    nothing: dict[str, Any] = {"kind": None, "name": None, "value": None, "excerpt": None}
    try:
        text = paper_text(data) if document.kind == "papers" else document_text(document, data)
    except MdgError as error:
        return [base | nothing | {"error": str(error)}]
    # a name in the operator's own notes does not tell whose drumming it is: the folder does
    found = findings(text, None if document.source == LIBRARY else subject)
    rows = [base | {"kind": f.kind, "name": f.name, "value": f.value, "excerpt": f.excerpt} for f in found]
    return rows or [base | nothing]


def midi_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("document", pa.string()),
            ("item", pa.int64()),
            ("title", pa.string()),
            ("style", pa.string()),
            ("role", pa.string()),
            ("tempo", pa.float64()),
            ("metre", pa.string()),
            ("steps_per_quarter", pa.int64()),
            ("bars", pa.int64()),
            ("error", pa.string()),
            ("code_version", pa.string()),
            ("detail", pa.string()),
        ]
    )


def text_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("document", pa.string()),
            ("title", pa.string()),
            ("kind", pa.string()),
            ("name", pa.string()),
            ("value", pa.float64()),
            ("excerpt", pa.string()),
            ("error", pa.string()),
            ("code_version", pa.string()),
        ]
    )
