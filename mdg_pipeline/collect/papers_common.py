"""What the sources of papers share: the paper as a document, the plan of queries, the way through them.

A paper is kept as a small JSON object of ours and not as the service gave it, so that the same paper is the same
document whatever else changes around it; counts of citations are kept as a step of 1, 2, 5, 10, 20 ... for that.
"""

from __future__ import annotations

import html
import json
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.papers_relevance import Relevance, distinctive_names, is_relevant
from mdg_pipeline.collect.web.errors import BadAnswer, WebError
from mdg_pipeline.documents import Document, Outcome, content_id

MEDIA_TYPE = "application/json"
MAX_ABSTRACT = 4000
_MAX_TITLE = 500
_MAX_AUTHORS = 20
# a paper is about the artist, but what it measured is seldom this drumming alone
_MAX_TRUST = 0.8
_MIN_SECONDS = 1.0
_MIN_TITLE_LETTERS = 15

# what is asked about each name, a round of research after the other
TOPICS: tuple[tuple[str, ...], ...] = (
    ("drumming", "drummer rhythm", "groove microtiming"),
    ("drum patterns", "meter polyrhythm"),
    ("beat production swing", "music analysis"),
)
_MAX_NAMES = 5
KEPT = {"quick": 5, "full": 25}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a source describes it; `fields` are the subjects that the source files it under."""

    title: str
    url: str
    licence: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    doi: str | None = None
    venue: str = ""
    abstract: str = ""
    citations: int = 0
    fields: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, slots=True)
class Ask:
    """One query: a name, what of it, and which page of the answer (from 0)."""

    name: str
    topic: str
    page: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer. `more`: there is a page behind it."""

    papers: list[Paper]
    more: bool
    fetched_at: datetime
    problems: list[str] = field(default_factory=list)


def plan(query: ArtistQuery, effort: Effort, topics: Sequence[tuple[str, ...]] = TOPICS) -> list[Ask]:
    """The queries of a round: new topics at their first page, topics of earlier rounds at their next one.

    Quick depth asks once, about the artist. The first queries matter most: a deadline cuts off the last ones.
    """
    if effort.depth == "quick":
        return [Ask(query.name, topics[min(effort.round, len(topics) - 1)][0], max(0, effort.round - len(topics) + 1))]
    names = list(dict.fromkeys((query.name, *query.drummers)))[:_MAX_NAMES]
    started = list(enumerate(topics[: effort.round + 1]))
    return [
        Ask(name, topic, effort.round - start)
        for start, group in reversed(started)
        for topic in group
        for name in names
    ]


def gather(
    source: str,
    query: ArtistQuery,
    effort: Effort,
    ask: Callable[[Ask], Found],
    *,
    topics: Sequence[tuple[str, ...]] = TOPICS,
) -> Collected:
    """Go through the plan and keep the papers that are about the artist, the best first.

    A query that one answer spoiled (BadAnswer) is left out; any other failure ends the source for now. What was
    found until then is kept in both cases.
    """
    asks = plan(query, effort, topics)
    found: dict[str, tuple[Paper, Relevance, datetime]] = {}
    problems: list[str] = []
    seen: set[str] = set()
    failure: WebError | None = None
    worth_more = False
    answered = 0
    for each in asks:
        if effort.seconds_left < _MIN_SECONDS:
            problems.append(f"{len(asks) - answered} of {len(asks)} queries were left for lack of time")
            worth_more = True
            break
        try:
            page = ask(each)
        except BadAnswer as error:
            problems.append(str(error))
            failure = failure or error
            continue
        except WebError as error:
            failure = error
            break
        answered += 1
        problems += page.problems
        hits = 0
        distinctive = distinctive_names(query, [f"{paper.title} {paper.abstract}" for paper in page.papers])
        for paper in page.papers:
            seen.add(_identity(paper))
            relevance = is_relevant(
                query, paper.title, paper.abstract, paper.venue, paper.fields, distinctive=distinctive
            )
            if relevance.relevant:
                hits += 1
                _add(found, paper, relevance, page.fetched_at)
        worth_more = worth_more or (page.more and hits > 0)
    best = sorted(found.values(), key=lambda item: _rank(item[0], item[1]), reverse=True)[: KEPT[effort.depth]]
    files = [_document(source, paper, relevance, at) for paper, relevance, at in best]
    return Collected(
        _outcome(source, len(files), len(seen), failure, complete=answered == len(asks)),
        files,
        problems,
        exhausted=failure is None and not worth_more and effort.round + 1 >= len(topics) and effort.depth == "full",
    )


def deduplicated(collected: Sequence[Collected], known: Sequence[Document] = ()) -> list[Collected]:
    """Each paper once across the sources: by DOI, then by title; the copy with an abstract, else the first source's.

    `known` are the papers of earlier rounds: what another source brought then is not brought again.
    """
    best: dict[str, tuple[bool, int]] = {}
    owner: dict[str, tuple[int, str]] = {}
    for place, part in enumerate(collected):
        for document, data in part.files:
            paper = read(data)
            for identity in _identities(document.uri, document.title):
                rank = (bool(paper.abstract), -place)
                if identity not in best or rank > best[identity]:
                    best[identity], owner[identity] = rank, (place, document.id)
    held = {
        identity: document.source
        for document in known
        if not document.superseded
        for identity in _identities(document.uri, document.title)
    }

    def stays(place: int, document: Document) -> bool:
        identities = _identities(document.uri, document.title)
        elsewhere = any(held.get(identity, document.source) != document.source for identity in identities)
        return not elsewhere and all(owner[identity] == (place, document.id) for identity in identities)

    return [
        replace(part, files=[file for file in part.files if stays(place, file[0])])
        for place, part in enumerate(collected)
    ]


def encode(paper: Paper) -> bytes:
    """The document's bytes: the same paper gives the same ones."""
    content = {
        "title": paper.title,
        "authors": list(paper.authors),
        "year": paper.year,
        "doi": paper.doi,
        "venue": paper.venue,
        "abstract": paper.abstract,
        "citations": citation_step(paper.citations),
        "url": paper.url,
        "licence": paper.licence,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(data: bytes) -> Paper:
    """The paper of a document's bytes. Raises ValueError for bytes that `encode` did not write."""
    try:
        content = json.loads(data)
        return Paper(**{**content, "authors": tuple(content["authors"])})
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"this is no paper of ours: {error}") from error


def paper_text(data: bytes) -> str:
    """What is to be read of a paper's document: title and abstract, as two paragraphs. Raises ValueError."""
    paper = read(data)
    return f"{paper.title.rstrip('.')}.\n\n{paper.abstract}".strip()


def citation_step(count: int) -> int:
    """The largest of 0, 1, 2, 5, 10, 20, 50, 100 ... that is not above the count."""
    if count < 1:
        return 0
    power: int = 10 ** (len(str(count)) - 1)
    return next(step * power for step in (5, 2, 1) if step * power <= count)


def clean(value: Any, limit: int = _MAX_TITLE) -> str:
    """Text of a service: no markup, no control characters, single spaces, at most `limit` characters; "" for others."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(re.sub(r"<[^<>]{0,500}>", " ", value[: limit * 20]))
    text = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean_abstract(value: Any) -> str:
    """The same for an abstract, without the heading that some publishers put into it."""
    return re.sub(r"^(?:abstract|summary)\b[\s:.]*", "", clean(value, MAX_ABSTRACT), flags=re.IGNORECASE)


def clean_authors(names: Sequence[Any]) -> tuple[str, ...]:
    return tuple(name for value in names[:_MAX_AUTHORS] if (name := clean(value, 100)))


def clean_doi(value: Any) -> str | None:
    """A DOI in lower case, without the resolver's address (DOI Handbook, 2.4: case does not matter)."""
    match = re.search(r"\b10\.\d{4,9}/\S{1,200}", value) if isinstance(value, str) else None
    return match[0].lower() if match else None


def clean_year(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 1500 <= value <= 2200 else None


def clean_count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000_000 else 0


def clean_url(value: Any, otherwise: str) -> str:
    return value[:1000] if isinstance(value, str) and re.match(r"https?://\S+$", value) else otherwise


def _document(source: str, paper: Paper, relevance: Relevance, fetched_at: datetime) -> tuple[Document, bytes]:
    data = encode(paper)
    return (
        Document(
            id=content_id(data),
            source=source,
            kind="papers",
            uri=paper.uri,
            title=paper.title,
            media_type=MEDIA_TYPE,
            size_bytes=len(data),
            trust=round(_MAX_TRUST * relevance.score, 2),
            licence=paper.licence,
            fetched_at=fetched_at,
        ),
        data,
    )


def _add(found: dict[str, tuple[Paper, Relevance, datetime]], paper: Paper, relevance: Relevance, at: datetime) -> None:
    """Keep one copy a paper, the one that has an abstract."""
    key = _identity(paper)
    if key not in found or (paper.abstract and not found[key][0].abstract):
        found[key] = (paper, relevance, at)


def _rank(paper: Paper, relevance: Relevance) -> tuple[float, str]:
    """Relevance first; ten times the citations weigh as much as a tenth of it."""
    return relevance.score + 0.1 * math.log10(1 + paper.citations) + 0.1 * bool(paper.abstract), paper.title


def _identity(paper: Paper) -> str:
    return paper.doi or _plain_title(paper.title)


def _identities(uri: str, title: str) -> list[str]:
    """The DOI, else the address; and the title, unless it is too short to be one paper's alone."""
    plain = _plain_title(title)
    return [clean_doi(uri) or uri, *([plain] if len(plain) >= _MIN_TITLE_LETTERS else [])]


def _plain_title(title: str) -> str:
    """The title's letters and digits, without case and diacritics."""
    decomposed = unicodedata.normalize("NFKD", title).casefold()
    return "".join(char for char in decomposed if char.isalnum())


def _outcome(source: str, kept: int, seen: int, failure: WebError | None, *, complete: bool) -> Outcome:
    said = f"{kept} papers about the artist among {seen} found" if seen else "no paper found"
    if failure is not None and not (isinstance(failure, BadAnswer) and kept):
        return Outcome(source, failure.status, f"{failure}" if not seen else f"{said}; then {failure}")
    if not complete:
        said += "; not every query was made"
    return Outcome(source, "ok" if kept else "empty", said)
