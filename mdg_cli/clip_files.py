"""The clips that a person gives by files and folders, and where the result of each goes."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from mdg_core.errors import MdgError, UsageError
from mdg_core.shown import shown

MAX_FILES = 20_000  # in folders
_HEADS = (b"MThd", b"RIFF")
_SUFFIXES = (".mid", ".midi", ".kar", ".rmi", ".smf")
_LITTER = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Clip:
    """A file to be played and the path of its result below the output folder."""

    file: Path
    result: PurePath


@dataclass(frozen=True, slots=True)
class Clips:
    """What was found: clips, each file once, and the files of folders that are no MIDI."""

    clips: tuple[Clip, ...]
    skipped: tuple[Path, ...]


def clips_of(paths: Sequence[Path], out: Path) -> Clips:
    """The clips among files and folders, these with all that is below them.

    A file's result has its name, that of a file in a folder its path from there. Where several would have one, each
    has the name of the folder it comes from before it. Hidden files and what lies in `out` are left alone.

    Raises
    ------
    UsageError
        A result would overwrite a file that was given, or another result; or there are too many files.
    MdgError
        A folder cannot be read.
    """
    found: dict[Path, Clip] = {}
    skipped: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.setdefault(path.resolve(), Clip(path, PurePath(path.name)))
            continue
        for file in _below(path, out.resolve()):
            if is_midi(file):
                found.setdefault(file.resolve(), Clip(file, file.relative_to(path)))
            else:
                skipped.append(file)
        if len(found) + len(skipped) > MAX_FILES:
            raise UsageError(f"more than {MAX_FILES:,} files: give the folders one by one")
    clips = _apart(list(found.values()))
    for clip in clips:
        if (out / clip.result).resolve() in found:
            raise UsageError(f"--out {shown(out)} would overwrite {shown(out / clip.result)}: choose another folder")
    return Clips(tuple(clips), tuple(skipped))


def is_midi(file: Path) -> bool:
    """Whether a file is a MIDI file by its name or its first bytes; one that cannot be opened goes by its name."""
    if file.suffix.lower() in _SUFFIXES:
        return True
    try:
        with file.open("rb") as opened:
            head = opened.read(12)
    except OSError:
        return False
    return head.startswith(_HEADS[0]) or (head.startswith(_HEADS[1]) and head[8:] == b"RMID")


def _below(folder: Path, out: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise MdgError(f"{shown(error.filename or folder)} cannot be read: {error.strerror}") from error

    files = []
    for where, folders, names in os.walk(folder, onerror=refuse):
        here = Path(where)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (here / name).resolve() != out)
        kept = sorted(name for name in names if not name.startswith(".") and name.lower() not in _LITTER)
        files += [here / name for name in kept if (here / name).is_file()]
        if len(files) > MAX_FILES:
            raise UsageError(f"{shown(folder)} holds more than {MAX_FILES:,} files: give its folders one by one")
    return files


def _apart(clips: list[Clip]) -> list[Clip]:
    """The clips with results of their own; without regard to case, as some disks have none."""
    same: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        same[str(clip.result).casefold()].append(clip)
    named = []
    for group in same.values():
        for clip in group:
            parent = _root(clip).resolve().name
            named.append(clip if len(group) == 1 else Clip(clip.file, PurePath(parent) / clip.result))
    taken: set[str] = set()
    for clip in named:
        key = str(clip.result).casefold()
        if key in taken:
            raise UsageError(f"two results would be called {shown(clip.result)}: give these files one at a time")
        taken.add(key)
    return named


def _root(clip: Clip) -> Path:
    """The folder that the result's path starts from."""
    return clip.file.parents[len(clip.result.parts) - 1]
