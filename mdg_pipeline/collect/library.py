"""The operator's own files: a folder per artist, any nesting; the source of the highest trust.

A folder belongs to an artist when its name gives the artist's key. MIDI (.mid, .midi, .grid) and text
(.md, .txt, .html, .htm, .pdf) are told apart by their suffix; whether a file holds what its suffix says is
decided where it is read, so that a broken one is reported by name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mdg_core.artist import artist_key
from mdg_core.errors import MdgError, UsageError
from mdg_pipeline.collect.base import Collected
from mdg_pipeline.documents import Document, Outcome, RawKind, content_id

SOURCE = "library"
TRUST = 1.0
LICENCE = "the operator's own file"
GRID_MEDIA_TYPE = "text/x-step-grid"
_SUFFIXES: dict[str, tuple[RawKind, str]] = {
    ".mid": ("midi", "audio/midi"),
    ".midi": ("midi", "audio/midi"),
    ".grid": ("midi", GRID_MEDIA_TYPE),
    ".md": ("articles", "text/markdown"),
    ".txt": ("articles", "text/plain"),
    ".html": ("articles", "text/html"),
    ".htm": ("articles", "text/html"),
    ".pdf": ("articles", "application/pdf"),
}


def artist_folders(library: Path) -> dict[str, list[Path]]:
    """Artist key -> the folders of that artist. Folders whose names cannot be an artist are left out."""
    folders: dict[str, list[Path]] = {}
    for path in sorted(library.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            try:
                folders.setdefault(artist_key(path.name), []).append(path)
            except UsageError:
                continue
    return folders


def collect(library: Path, key: str, kind: RawKind, *, max_file_bytes: int, max_files: int) -> Collected:
    """The artist's files of one kind."""
    try:
        folders = artist_folders(library).get(key, [])
    except OSError as error:
        said = f"the library {library} cannot be read: {error.strerror}; the next research tries it again"
        return Collected(Outcome(SOURCE, "unreachable", said))
    if not folders:
        return Collected(Outcome(SOURCE, "empty", f"the library {library} has no folder for this artist"))
    result = Collected(Outcome(SOURCE, "ok"))
    for path in _walk(folders, result.problems):
        suffix = path.suffix.lower()
        if suffix not in _SUFFIXES or _SUFFIXES[suffix][0] != kind:
            continue
        name = path.relative_to(library).as_posix()
        if len(result.files) == max_files:
            result.problems.append(f"{name} and those after it: more than {max_files} files")
            break
        try:
            size = path.stat().st_size
            if size > max_file_bytes:
                result.problems.append(f"{name}: {size:,} bytes, more than the {max_file_bytes:,} allowed")
                continue
            data = path.read_bytes()
        except OSError as error:
            result.problems.append(f"{name}: {error.strerror}")
            continue
        if not data:
            result.problems.append(f"{name}: empty file")
            continue
        result.files.append((_document(name, kind, _SUFFIXES[suffix][1], data), data))
    count = len(result.files)
    result.outcome = Outcome(
        SOURCE,
        "ok" if count else "empty",
        f"{count} files in {', '.join(folder.name for folder in folders)}"
        + (f"; {len(result.problems)} not taken: {'; '.join(result.problems[:5])}" if result.problems else ""),
    )
    return result


def document_of(path: Path, *, max_bytes: int, source: str) -> tuple[Document, bytes]:
    """One file as a document of a source. Raises MdgError saying why it cannot be one."""
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise MdgError(f"{path.name} is none of {', '.join(_SUFFIXES)}")
    try:
        data = path.read_bytes() if path.stat().st_size <= max_bytes else None
    except OSError as error:
        raise MdgError(f"{path}: {error.strerror}") from error
    if not data:
        raise MdgError(f"{path.name} is empty, or larger than {max_bytes:,} bytes")
    kind, media_type = _SUFFIXES[suffix]
    return replace(_document(path.name, kind, media_type, data), source=source), data


def _walk(folders: list[Path], problems: list[str]) -> Iterator[Path]:
    def complain(error: OSError) -> None:
        problems.append(f"{error.filename}: {error.strerror}")

    for folder in folders:
        for root, names, files in os.walk(folder, onerror=complain):  # does not follow links
            names[:] = sorted(name for name in names if not name.startswith("."))
            for file in sorted(files):
                path = Path(root) / file
                if not file.startswith(".") and path.is_file() and not path.is_symlink():
                    yield path


def _document(name: str, kind: RawKind, media_type: str, data: bytes) -> Document:
    return Document(
        id=content_id(data),
        source=SOURCE,
        kind=kind,
        uri=name,
        title=Path(name).stem,
        media_type=media_type,
        size_bytes=len(data),
        trust=TRUST,
        licence=LICENCE,
        fetched_at=datetime.now(UTC),
    )
