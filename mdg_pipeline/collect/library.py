"""The operator's own files: folders with a folder per artist, any nesting; the source of the highest trust.

A folder belongs to an artist when its name gives the artist's key; an artist can have one in each library folder.
What a file is, `filetypes` tells; whether it holds what it should is decided where it is read, so that a broken
one is reported by name.

The library is a mirror: what a folder that could be read wholly holds no more does not count any more. A folder
that is missing, unreadable or wholly empty (a disk that is not mounted) takes nothing away.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from mdg_core.artist import artist_key
from mdg_core.errors import MdgError, UsageError
from mdg_core.shown import readable, shown
from mdg_pipeline.collect.base import Collected, in_short
from mdg_pipeline.collect.filetypes import HEAD_BYTES, PACKAGES, Readable, filetype, is_litter
from mdg_pipeline.documents import Document, Outcome, RawKind, content_id

SOURCE = "library"
TRUST = 1.0
LICENCE = "the operator's own file"
_TELLS_OF_UNREAD: RawKind = "midi"  # each kind walks the same folders: what is not read is told once


def artist_folders(library: Path) -> dict[str, list[Path]]:
    """Artist key -> the folders of that artist. Folders whose names cannot be an artist are left out.

    Raises OSError when the library cannot be read.
    """
    folders: dict[str, list[Path]] = {}
    for path in sorted(library.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            try:
                folders.setdefault(artist_key(readable(path.name)), []).append(path)
            except UsageError:
                continue
    return folders


def collect(libraries: Sequence[Path], key: str, kind: RawKind, *, max_file_bytes: int, max_files: int) -> Collected:
    """The artist's files of one kind in all library folders."""
    if not libraries:
        return Collected(Outcome(SOURCE, "empty", "no library folder is set up (MDG_LIBRARY)"))
    result = Collected(Outcome(SOURCE, "ok"))
    missing: list[str] = []
    folders: list[Path] = []
    mirrored: list[str] = []
    for library in libraries:
        try:
            own = artist_folders(library).get(key, [])
            holds_something = any(not is_litter(path.name) for path in library.iterdir())
        except OSError as error:
            missing.append(f"the library {shown(library)} cannot be read: {error.strerror}")
            continue
        taking = _Taking(library, kind, max_file_bytes, max_files - len(result.files), result)
        taking.take(own)
        folders += own
        if holds_something and taking.whole:
            mirrored.append(shown(library))
    result.mirrored = tuple(mirrored)
    result.outcome = _outcome(result, libraries, folders, missing)
    return result


def within(path: Path, folders: Sequence[Path]) -> bool:
    """Whether a path lies in one of the folders, wherever links lead; the folders themselves do."""
    place = path.expanduser().resolve()
    return any(place.is_relative_to(folder.resolve()) for folder in folders)


def document_of(path: Path, *, max_bytes: int, source: str) -> tuple[Document, bytes]:
    """One file as a document of a source. Raises MdgError saying why it cannot be one."""
    name = shown(path.name)
    try:
        data = path.read_bytes() if path.stat().st_size <= max_bytes else None
    except OSError as error:
        raise MdgError(f"{shown(path)}: {error.strerror}") from error
    if not data:
        raise MdgError(f"{name} is empty, or larger than {max_bytes:,} bytes")
    found = filetype(path.suffix.lower(), data[:HEAD_BYTES])
    if isinstance(found, str):
        raise MdgError(f"{name}: {found}")
    return replace(_document(name, found, data), source=source), data


def _outcome(result: Collected, libraries: Sequence[Path], folders: Sequence[Path], missing: list[str]) -> Outcome:
    count = len(result.files)
    where = ", ".join(dict.fromkeys(shown(folder.name) for folder in folders))
    if folders:
        said = f"{count} files in {where}"
    elif len(missing) < len(libraries):
        read = ", ".join(shown(library) for library in libraries)
        one = len(libraries) == 1
        said = f"the {'library' if one else 'libraries'} {read} {'has' if one else 'have'} no folder for this artist"
    else:
        said = ""
    if result.problems:
        said += f"; {len(result.problems)} not taken: {'; '.join(result.problems[:5])}"
    if missing:
        told = "; ".join([*missing, *([said] if said else [])])
        return Outcome(SOURCE, "unreachable", f"{told}; the next research tries it again")
    return Outcome(SOURCE, "ok" if count else "empty", said)


@dataclass(slots=True)
class _Taking:
    """Reads an artist's folders in one library into a result."""

    library: Path
    kind: RawKind
    max_file_bytes: int
    most: int  # files that may still be taken
    result: Collected
    whole: bool = True  # whether all that is there could be looked at
    unread: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # why -> names

    def take(self, folders: Sequence[Path]) -> None:
        taken = 0
        for path in self._walk(folders):
            if taken == self.most:
                self._broken(f"{self._name(path)} and those after it: more than the files that are allowed")
                break
            taken += self._take_file(path)
        if self.kind == _TELLS_OF_UNREAD:
            self.result.problems += [f"{in_short(names)}: {why}" for why, names in self.unread.items()]

    def _take_file(self, path: Path) -> bool:
        """Whether the file was taken."""
        name = self._name(path)
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
                found = filetype(path.suffix.lower(), head)
                if isinstance(found, str):
                    self.unread[found].append(name)
                    return False
                if found.kind != self.kind:
                    return False
                if size > self.max_file_bytes:
                    self.result.problems.append(
                        f"{name}: {size:,} bytes, more than the {self.max_file_bytes:,} allowed"
                    )
                    return False
                data = head + file.read(self.max_file_bytes + 1 - len(head))
        except OSError as error:
            self._broken(f"{name}: {error.strerror}")
            return False
        if not data:
            self.result.problems.append(f"{name}: empty file")
            return False
        document = replace(_document(name, found, data), root=shown(self.library))
        self.result.files.append((document, data))
        return True

    def _broken(self, problem: str) -> None:
        self.result.problems.append(problem)
        self.whole = False

    def _name(self, path: Path) -> str:
        return shown(path.relative_to(self.library).as_posix())

    def _walk(self, folders: Sequence[Path]) -> Iterator[Path]:
        """The files, without links and what operating systems leave behind."""

        def complain(error: OSError) -> None:
            self._broken(f"{shown(str(error.filename))}: {error.strerror}")

        for folder in folders:
            for root, names, files in os.walk(folder, onerror=complain):  # does not follow links
                packages = [name for name in names if name.lower().endswith(PACKAGES)]
                for name in packages:
                    why = filetype(Path(name).suffix.lower(), b"")
                    self.unread[str(why)].append(self._name(Path(root) / name))
                names[:] = sorted(name for name in names if not name.startswith(".") and name not in packages)
                for file in sorted(files):
                    path = Path(root) / file
                    if not is_litter(file) and path.is_file() and not path.is_symlink():
                        yield path


def _document(name: str, found: Readable, data: bytes) -> Document:
    return Document(
        id=content_id(data),
        source=SOURCE,
        kind=found.kind,
        uri=name,
        title=Path(name).stem,
        media_type=found.media_type,
        size_bytes=len(data),
        trust=TRUST,
        licence=LICENCE,
        fetched_at=datetime.now(UTC),
    )
