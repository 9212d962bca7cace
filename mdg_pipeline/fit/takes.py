"""A corpus of MIDI takes as grids of sixteenths, and windows of two bars out of them.

The windows are those of Gillick et al. 2019: nine lanes, onsets at the nearest sixteenth, the loudest
hit of a cell counts.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.maps import ROLAND_TD
from mdg_core.midi import MidiError, read_midi
from mdg_core.pattern import Metre
from mdg_core.quantise import loudest, place
from mdg_drummer.feel_prior import BAR, CELLS, LANE_OF, LANES, QUANTITIES, Floats, habit_sums

_COMMON_TIME = Metre(4, 4)
_TABLE = "info.csv"
_LANE_OF_CODE = np.array([LANE_OF[voice] for voice in Voice])


@dataclass(frozen=True, slots=True, eq=False)
class GridTake:
    """A take of whole bars; arrays of shape (cells, LANES), nought where nothing is hit."""

    name: str
    player: str
    split: str
    style: str
    tempo: float
    hits: NDArray[np.bool_]
    offset: Floats  # sixteenths
    velocity: Floats

    def habits(self) -> Floats:
        """What the take says of its player: `feel_prior.habit_sums`."""
        cell, lane = np.nonzero(self.hits)
        values = np.stack([self.offset[cell, lane] * 15000 / self.tempo, self.velocity[cell, lane]])
        return habit_sums(lane, cell % BAR, values, np.zeros_like(values), np.ones(len(cell)))


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """n windows; `hits`, `offset`, `velocity` of shape (n, CELLS, LANES), the others (n,)."""

    hits: NDArray[np.bool_]
    offset: Floats
    velocity: Floats
    tempo: Floats
    take: NDArray[np.int64]
    start: NDArray[np.int64]  # sixteenth of the bar

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, which: NDArray[np.int64] | slice) -> Windows:
        return Windows(
            self.hits[which],
            self.offset[which],
            self.velocity[which],
            self.tempo[which],
            self.take[which],
            self.start[which],
        )

    @property
    def positions(self) -> NDArray[np.int64]:
        """Sixteenth of the bar of each cell, (n, CELLS)."""
        return (self.start[:, None] + np.arange(CELLS)) % BAR

    def target(self, quantity: int) -> Floats:
        """Offsets (0) or velocities (1)."""
        return (self.offset, self.velocity)[quantity]


def read_corpus(corpus: Path, warn: Callable[[str], None]) -> list[GridTake]:
    """The takes below a folder, by name; what cannot be used is told to `warn`.

    Raises FileNotFoundError where there is no such folder.
    """
    if not corpus.is_dir():
        raise FileNotFoundError(f"there is no folder {corpus}")
    table = _table(corpus)
    takes = []
    for path in _files(corpus):
        name = path.relative_to(corpus).as_posix()
        row = table.get(name, {})
        try:
            take = _grid_take(path, name, row)
        except MidiError as error:
            warn(f"{name}: {error}")
            continue
        if take is not None:
            takes.append(take)
    return takes


def corpus_hash(corpus: Path) -> str:
    """SHA-256, in hex digits, over names and contents of all that `read_corpus` looks at.

    Whatever else lies in the folder, and where it lies, is not part of it. Raises FileNotFoundError like it.
    """
    if not corpus.is_dir():
        raise FileNotFoundError(f"there is no folder {corpus}")
    whole = hashlib.sha256()
    for path in (*_files(corpus), *(path for path in [corpus / _TABLE] if path.is_file())):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(corpus).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def _files(corpus: Path) -> list[Path]:
    return sorted(p for p in corpus.rglob("*") if p.suffix.lower() in (".mid", ".midi") and p.is_file())


def _table(corpus: Path) -> dict[str, dict[str, str]]:
    path = corpus / _TABLE
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {row["midi_filename"]: row for row in csv.DictReader(file)}


def _grid_take(path: Path, name: str, row: dict[str, str]) -> GridTake | None:
    """None where the take is not in 4/4 throughout or shorter than two bars."""
    # what the table of the Groove MIDI Dataset lists was played on a Roland TD kit, whatever single takes look like
    take = read_midi(path.read_bytes(), note_map=ROLAND_TD if row else None)
    if [change.metre for change in take.metres] != [_COMMON_TIME]:
        return None
    placed = place(take, _COMMON_TIME, 4, keep_rolls=False)  # the protocol knows the nearest cell alone
    velocity, lane = take.velocity[placed.index], _LANE_OF_CODE[take.voice_code[placed.index]]
    keep = loudest(placed.step * LANES + lane, velocity)
    cells = placed.bars * BAR
    if cells < CELLS:
        return None
    where = placed.step[keep], lane[keep]
    hits = np.zeros((cells, LANES), np.bool_)
    offset, level = np.zeros((cells, LANES), np.float32), np.zeros((cells, LANES), np.float32)
    hits[where] = True
    offset[where] = placed.offset[keep]
    level[where] = velocity[keep]
    return GridTake(
        name=name,
        player=row.get("drummer") or name.split("/", maxsplit=1)[0],
        split=row.get("split", "train"),
        style=row.get("style", "unknown"),
        tempo=take.tempos[0].bpm,
        hits=hits,
        offset=offset,
        velocity=level,
    )


def windows_of(takes: Sequence[GridTake], hop: int = BAR) -> Windows:
    """Two bars each, every `hop` sixteenths, numbered by take. Raises ValueError without takes."""
    if not takes:
        raise ValueError("no takes: 4/4 throughout and at least two bars are needed")
    starts = [(index, start) for index, t in enumerate(takes) for start in range(0, len(t.hits) - CELLS + 1, hop)]

    def cut(name: str) -> NDArray[Any]:
        return np.stack([getattr(takes[index], name)[start : start + CELLS] for index, start in starts])

    index, start = np.array(starts).T
    tempo = np.array([take.tempo for take in takes], np.float32)[index]
    return Windows(cut("hits"), cut("offset"), cut("velocity"), tempo, index, start % BAR)


def habits_of_players(takes: Sequence[GridTake]) -> dict[str, Floats]:
    """The sums of each player's takes."""
    sums: dict[str, Floats] = {}
    for take in takes:
        sums[take.player] = sums.get(take.player, np.zeros((QUANTITIES, 3, BAR, LANES), np.float32)) + take.habits()
    return sums
