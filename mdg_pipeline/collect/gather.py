"""Asking every source of one kind at once, within a budget, and growing the artist's documents by what they give.

Each source remembers its round: an augmentation goes one further than the last that was answered. A source that
fails, hangs or breaks costs only itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mdg_core.settings import ResearchSettings, Settings
from mdg_core.store.requests import Depth, Kind
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort, in_short
from mdg_pipeline.collect.papers_common import deduplicated
from mdg_pipeline.collect.sources import Asking, Source, of_kind
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.documents import Document, Outcome, RawKind, merge
from mdg_pipeline.lake import Lake, outcome_schema

_log = logging.getLogger(__name__)

# for a source to return after its deadline
_GRACE_SECONDS: dict[Depth, float] = {"quick": 1.0, "full": 5.0}
# a quick research is wanted 30 s after it was asked for; building and publishing take what is left
_QUICK_COLLECTED_BY = 18.0
_QUICK_LEAST = 5.0  # also after a long wait in the queue
_ANSWERED = ("ok", "empty")
_LEFT_TO_FULL, _EXHAUSTED = "left to the full research", "has nothing further"
# what is said of a source that was not asked
NOT_ASKED = frozenset({_LEFT_TO_FULL, _EXHAUSTED})

# a source has answered, or is given up
Told = Callable[[Collected], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be collected, for whom."""

    query: ArtistQuery
    kind: Kind = "research"
    depth: Depth = "full"
    urls: tuple[str, ...] = ()
    waited: float = 0.0  # seconds since it was asked for


@dataclass(frozen=True, slots=True)
class Grown:
    """A raw set after collecting."""

    documents: list[Document]
    added: int
    collected: list[Collected]


def gather(kind: RawKind, wish: Wish, settings: Settings, lake: Lake, client: WebClient, told: Told) -> Grown:
    """Ask, store the new bytes, then the grown table: in this order, so that a row always has its blob."""
    key = wish.query.key
    known, before = lake.documents(kind, key), lake.read_table(f"outcomes_{kind}", key)
    rounds = {row["source"]: row for row in before}
    collected = _ask_all(kind, wish, settings, client, rounds, told)
    if kind == "papers":
        collected = deduplicated(collected, known)
    for document, data in (file for part in collected for file in part.files):
        if lake.put_blob(data) != document.id:
            raise AssertionError(f"{document.uri} changed while it was stored")
    mirrored = {(part.outcome.source, root) for part in collected for root in part.mirrored}
    documents = merge(known, [document for part in collected for document, _ in part.files], mirrored)
    _tell_what_left(known, documents, collected)
    if documents != known:
        lake.write_documents(kind, key, documents)
    rows = [_row(part, wish.kind, rounds.get(part.outcome.source)) for part in collected]
    lake.write_table(f"outcomes_{kind}", key, rows, outcome_schema())
    return Grown(documents, len(documents) - len(known), collected)


def _tell_what_left(known: list[Document], documents: list[Document], collected: list[Collected]) -> None:
    """Names, with the source that mirrors them, the files that are no longer there and so no longer count."""
    counted = {document.id: document for document in known if not document.superseded}
    places = {document.uri for document in documents if not document.superseded}
    for part in collected:
        left = sorted(
            counted[document.id].uri
            for document in documents
            if document.superseded
            and document.id in counted
            and document.source == part.outcome.source
            and document.root in part.mirrored
            and document.uri not in places
        )
        if left:
            part.problems.append(f"{in_short(left)}: no longer in the library, so {_no_longer(len(left))}")


def _no_longer(count: int) -> str:
    return "it no longer counts" if count == 1 else f"these {count} no longer count"


def seconds_for(kind: RawKind, wish: Wish, research: ResearchSettings) -> float:
    """What all sources of a kind have: their budget, or what a quick research has left."""
    if wish.depth == "full":
        return float(getattr(research.budget_seconds, kind))
    return min(research.quick_seconds, max(_QUICK_LEAST, _QUICK_COLLECTED_BY - wish.waited))


def _ask_all(
    kind: RawKind, wish: Wish, settings: Settings, client: WebClient, rounds: dict[str, dict[str, Any]], told: Told
) -> list[Collected]:
    sources = of_kind(kind)
    if not sources:
        return [Collected(Outcome(kind, "disabled", f"no source of {kind} is set up"))]
    seconds = seconds_for(kind, wish, settings.research)
    deadline = time.monotonic() + seconds
    # not a `with`: leaving it would wait for a source that hangs
    pool = ThreadPoolExecutor(len(sources), f"collect-{kind}")
    work: dict[Future[Collected], Source] = {
        pool.submit(_ask, source, wish, settings, client, rounds.get(source.name), deadline): source
        for source in sources
    }
    done: dict[str, Collected] = {}
    try:
        for future in as_completed(work, timeout=seconds + _GRACE_SECONDS[wish.depth]):
            source = work[future]
            done[source.name] = future.result()
            told(done[source.name])
    except StillRunning:
        silent = ", ".join(source.name for source in sources if source.name not in done)
        _log.warning("%s: no answer within %.0f s from %s", kind, seconds, silent)
    pool.shutdown(wait=False, cancel_futures=True)
    late = f"gave no answer within {seconds:.0f} s; it is asked again at the next research"
    return [done.get(s.name) or Collected(Outcome(s.name, "timed_out", late)) for s in sources]


def _ask(
    source: Source,
    wish: Wish,
    settings: Settings,
    client: WebClient,
    last: dict[str, Any] | None,
    deadline: float,
) -> Collected:
    if wish.depth == "quick" and not source.in_quick:
        return Collected(Outcome(source.name, "empty", _LEFT_TO_FULL))
    if wish.kind == "augment" and last and last["exhausted"]:
        return Collected(Outcome(source.name, "empty", _EXHAUSTED), exhausted=True)
    effort = Effort(wish.depth, _round(wish.kind, last), deadline)
    try:
        return source.ask(Asking(wish.query, effort, settings, client, wish.urls))
    except Exception as error:
        # a fault of ours in one source must not cost the others: it is shown as a failed check
        _log.exception("the source %s broke", source.name)
        said = f"{type(error).__name__}: {error}; it is asked again at the next research"
        return Collected(Outcome(source.name, "broken", said))


def _round(kind: Kind, last: dict[str, Any] | None) -> int:
    if kind == "research" or last is None or last["round"] is None:
        return 0
    return int(last["round"]) + 1


def _row(part: Collected, kind: Kind, last: dict[str, Any] | None) -> dict[str, Any]:
    """The outcome, and the furthest round that was answered."""
    reached = last["round"] if last else None
    if part.outcome.status in _ANSWERED:
        reached = max(reached or 0, _round(kind, last))
    return {
        "source": part.outcome.source,
        "status": part.outcome.status,
        "message": part.outcome.message,
        "documents": len(part.files),
        "problems": part.problems,
        "round": reached,
        "exhausted": part.exhausted or bool(last and last["exhausted"]),
        "asked_at": datetime.now(UTC),
    }
