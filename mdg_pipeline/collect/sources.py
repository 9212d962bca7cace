"""Which sources there are for each kind of document. Adding one is a line here and a file beside this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mdg_core.settings import Settings
from mdg_pipeline.collect import library
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.documents import RawKind


@dataclass(frozen=True, slots=True)
class Asking:
    """What a source may use to answer."""

    query: ArtistQuery
    effort: Effort
    settings: Settings
    client: WebClient
    urls: tuple[str, ...]  # that the operator added


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    kind: RawKind
    ask: Callable[[Asking], Collected]
    in_quick: bool = True  # whether a quick research asks it


def _library(kind: RawKind) -> Source:
    def ask(asking: Asking) -> Collected:
        research = asking.settings.research
        return library.collect(
            asking.settings.library,
            asking.query.key,
            kind,
            max_file_bytes=research.max_file_bytes,
            max_files=research.max_files_per_artist,
        )

    return Source(library.SOURCE, kind, ask)


SOURCES: tuple[Source, ...] = (
    _library("articles"),
    _library("midi"),
)


def of_kind(kind: RawKind) -> list[Source]:
    return [source for source in SOURCES if source.kind == kind]
