"""What every source is given and what it brings back.

A source is a plain function `collect(query, effort, client) -> Collected`. It never raises for a failure of the
service: that is its outcome.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from mdg_pipeline.documents import Document, Outcome

_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ArtistQuery:
    """Who is looked for, as far as `identity` knows."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    drummers: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()  # of a drummer, or of the drummers: other bands they played in
    genres: tuple[str, ...] = ()
    mbid: str | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look. Round 0 is the first look; each augmentation is a round more: next pages, more queries."""

    depth: Literal["quick", "full"]
    round: int
    deadline: float  # time.monotonic() at which the source must have returned

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


@dataclass(slots=True)
class Collected:
    """What a source brings back: documents with their bytes, how it went, and what it could not take, in words."""

    outcome: Outcome
    files: list[tuple[Document, bytes]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    exhausted: bool = False  # a further round would find nothing more
    mirrored: tuple[str, ...] = ()  # the folders that were read wholly: nothing else of the artist is in them


def in_short(names: Sequence[str]) -> str:
    """The first names of many, and how many more there are."""
    shown = ", ".join(names[:_NAMES_SHOWN])
    return f"{shown} and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else shown
