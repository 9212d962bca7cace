"""Which sources there are for each kind of document. Adding one is a line here and a file beside this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from mdg_core.settings import Settings
from mdg_pipeline.collect import (
    arxiv,
    bitmidi,
    crossref,
    drummerworld,
    freemidi,
    library,
    musescore,
    pitchfork,
    rolling_stone,
    semantic_scholar,
    web_page,
    wikipedia,
)
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
            asking.settings.libraries,
            asking.query.key,
            kind,
            max_file_bytes=research.max_file_bytes,
            max_files=research.max_files_per_artist,
        )

    return Source(library.SOURCE, kind, ask)


def _web(
    module: ModuleType, kind: RawKind, collect: Callable[[ArtistQuery, Effort, WebClient], Collected], quick: bool
) -> Source:
    return Source(module.SOURCE, kind, lambda asking: collect(asking.query, asking.effort, asking.client), quick)


def _links() -> Source:
    def ask(asking: Asking) -> Collected:
        return web_page.collect(asking.query, asking.effort, asking.client, asking.urls)

    return Source(web_page.SOURCE, "articles", ask)


SOURCES: tuple[Source, ...] = (
    _web(semantic_scholar, "papers", semantic_scholar.collect, True),
    _web(arxiv, "papers", arxiv.collect, False),
    _web(crossref, "papers", crossref.collect, True),
    _library("articles"),
    _web(wikipedia, "articles", wikipedia.collect, True),
    _web(pitchfork, "articles", pitchfork.collect, False),
    _web(rolling_stone, "articles", rolling_stone.collect, False),
    _web(drummerworld, "articles", drummerworld.collect, False),
    _links(),
    _library("midi"),
    _web(bitmidi, "midi", bitmidi.collect, True),
    _web(freemidi, "midi", freemidi.collect, True),
    _web(musescore, "midi", musescore.collect, False),
)


def of_kind(kind: RawKind) -> list[Source]:
    return [source for source in SOURCES if source.kind == kind]
