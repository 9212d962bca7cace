"""The lake: content-addressed blobs, and one Parquet file per table and artist; DuckDB reads across artists.

Layout under the root: `blobs/ab/abcd...` and `tables/<table>/<artist key>.parquet`. Every write goes to a
temporary file that is renamed into place, so a killed process leaves the old content or the new one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mdg_core.artist import KEY_PATTERN
from mdg_core.errors import MdgError
from mdg_core.home import write_whole, writing
from mdg_pipeline.documents import Document, RawKind, content_id, from_row, to_row

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class Lake:
    """Files under `root`. Raises MdgError with the reason when the disk refuses a write."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_blob(self, data: bytes) -> str:
        """Store the bytes once; returns their sha256. Bytes that are there already count as new to `drop_blob`."""
        digest = content_id(data)
        path = self._blob_path(digest)
        try:
            with writing(path):
                os.utime(path)
        except FileNotFoundError:
            write_whole(path, data)
        return digest

    def get_blob(self, digest: str) -> bytes:
        return self._blob_path(digest).read_bytes()

    def blob_size(self, digest: str) -> int:
        """Bytes; 0 where another machine's lake has the blob."""
        try:
            return self._blob_path(digest).stat().st_size
        except FileNotFoundError:
            return 0

    def blobs(self) -> Iterator[str]:
        """The digests of all blobs."""
        for folder in (self.root / "blobs").glob("*"):
            yield from (path.name for path in folder.iterdir() if not path.name.startswith("."))

    def drop_blob(self, digest: str, *, unused_seconds: float) -> int:
        """Remove a blob that nobody has stored for so long; the bytes that this freed.

        It is moved aside first and looked at again, so that a `put_blob` of this moment either is seen or finds no
        file and writes it.
        """
        path = self._blob_path(digest)
        aside = path.with_name(f".{digest}.dropped")
        newest = time.time() - unused_seconds
        try:
            if path.stat().st_mtime > newest:
                return 0
            os.replace(path, aside)
        except FileNotFoundError:
            return 0
        found = aside.stat()
        if found.st_mtime > newest:
            os.replace(aside, path)
            return 0
        aside.unlink()
        return found.st_size

    def document_ids(self) -> set[str]:
        """The ids of the documents of all artists, superseded ones too."""
        import pyarrow.parquet as pq

        files = (self.root / "tables").glob("raw_*/*.parquet")
        return {value for file in files for value in pq.read_table(file, columns=["id"])["id"].to_pylist()}

    def read_table(self, table: str, key: str) -> list[dict[str, Any]]:
        """The rows of one artist; none when the table has no such artist."""
        import pyarrow.parquet as pq

        path = self._table_path(table, key)
        return pq.read_table(path).to_pylist() if path.exists() else []

    def write_table(self, table: str, key: str, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> None:
        """Replace the rows of one artist."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), sink, compression="zstd")
        write_whole(self._table_path(table, key), sink.getvalue().to_pybytes())

    def documents(self, kind: RawKind, key: str) -> list[Document]:
        return [from_row(row) for row in self.read_table(f"raw_{kind}", key)]

    def write_documents(self, kind: RawKind, key: str, documents: Sequence[Document]) -> None:
        self.write_table(f"raw_{kind}", key, [to_row(document) for document in documents], document_schema())

    def remove_artist(self, key: str) -> None:
        """Take the rows of one artist out of every table. Blobs that nobody else names go with the next prune."""
        for folder in (self.root / "tables").glob("*"):
            self._table_path(folder.name, key).unlink(missing_ok=True)

    def catalogue(self) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with a view for every table, over all artists; `artist_key` is the file's name."""
        import duckdb

        connection = duckdb.connect()
        for folder in sorted((self.root / "tables").glob("*")):
            if any(folder.glob("*.parquet")):
                pattern = str(folder / "*.parquet").replace("'", "''")
                connection.execute(
                    f'CREATE VIEW "{folder.name}" AS SELECT parse_filename(filename, true) AS artist_key, '  # noqa: S608
                    f"* EXCLUDE (filename) FROM read_parquet('{pattern}', filename=true, union_by_name=true)"
                )
        return connection

    def _blob_path(self, digest: str) -> Path:
        return self.root / "blobs" / digest[:2] / digest

    def _table_path(self, table: str, key: str) -> Path:
        if not KEY_PATTERN.fullmatch(key):
            raise MdgError(f"{key!r} is not an artist key")
        return self.root / "tables" / table / f"{key}.parquet"


def document_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("id", pa.string()),
            ("source", pa.string()),
            ("kind", pa.string()),
            ("uri", pa.string()),
            ("title", pa.string()),
            ("media_type", pa.string()),
            ("size_bytes", pa.int64()),
            ("trust", pa.float64()),
            ("licence", pa.string()),
            ("fetched_at", pa.timestamp("us", tz="UTC")),
            ("superseded", pa.bool_()),
            ("root", pa.string()),
        ]
    )


def outcome_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("source", pa.string()),
            ("status", pa.string()),
            ("message", pa.string()),
            ("documents", pa.int64()),
            ("problems", pa.list_(pa.string())),
            ("round", pa.int64()),
            ("exhausted", pa.bool_()),
            ("asked_at", pa.timestamp("us", tz="UTC")),
        ]
    )


def profile_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [("profile", pa.string()), ("confidence", pa.float64()), ("updated_at", pa.timestamp("us", tz="UTC"))]
    )


def embedding_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([("text", pa.string()), ("text_hash", pa.string()), ("vector", pa.list_(pa.float64()))])


def wording_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("version", pa.string()),
            ("template", pa.string()),
            ("text", pa.string()),
            ("model", pa.string()),
            ("reason", pa.string()),
        ]
    )
