"""What the sources of articles share: whom a page must be about, the way through the pages, the documents kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anyascii import anyascii

from mdg_pipeline.analyse.text import Subject
from mdg_pipeline.analyse.text.documents import EXCERPTS_MEDIA_TYPE, Article, encode_excerpts, main_text
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import HTML, WebClient
from mdg_pipeline.collect.web.errors import BadAnswer, WebError
from mdg_pipeline.collect.web.page import Page, reading
from mdg_pipeline.documents import Document, Outcome, content_id

# a page that must be scraped gives no more than short quotations
QUOTED = "short quotations, with the source named; the article is the publisher's"
_MIN_SECONDS = 1.0


def subject_of(query: ArtistQuery, *titles: str) -> Subject:
    """Whom articles are read for. `titles`: of the artist's song or album that a page is about."""
    return Subject(tuple(dict.fromkeys((query.name, *query.aliases, *query.bands, *titles))), query.drummers)


def folded(name: str) -> str:
    """Lower-case ASCII words, "&" as "and": for comparing names in titles."""
    plain = anyascii(name.replace("&", " and ").replace("’", "").replace("'", "")).lower()
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())


def names(text: str, wanted: str) -> bool:
    """Whether a text has a name in it, as whole words."""
    return bool(wanted) and f" {folded(wanted)} " in f" {folded(text)} "


@dataclass(slots=True)
class Trail:
    """The way of one source through its pages, and what it has found on it."""

    source: str
    trust: float
    query: ArtistQuery
    effort: Effort
    client: WebClient
    files: list[tuple[Document, bytes]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    read: int = 0  # pages with a text
    spoiled: BadAnswer | None = None
    more: bool = False  # a further round would find more
    out_of_time: bool = False

    @property
    def base_url(self) -> str:
        return self.client.source(self.source).base_url

    def page(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        accept: tuple[str, ...] = HTML,
        robots: bool = True,
    ) -> Page | None:
        """The page; None when there is none, or its answer cannot be used. Raises WebError for any other failure."""
        try:
            page = self.client.get(
                self.source, url, params, deadline=self.effort.deadline, accept=accept, robots=robots
            )
        except BadAnswer as error:
            self.spoil(error)
            return None
        return page if page.ok else None

    def spoil(self, error: BadAnswer) -> None:
        """One answer could not be used; the way goes on."""
        self.problems.append(str(error))
        self.spoiled = self.spoiled or error

    def text(self, page: Page) -> str:
        """The page's main text; empty where it cannot be read, which is noted."""
        try:
            return page_text(page)
        except BadAnswer as error:
            self.spoil(error)
            return ""

    def has_time(self) -> bool:
        if self.effort.seconds_left < _MIN_SECONDS:
            self.out_of_time = self.more = True
        return not self.out_of_time

    def keep(
        self, article: Article, fetched_at: datetime, *, subject: Subject | None = None, about_artist: bool = True
    ) -> bool:
        """Keep what the article says of the drumming; whether it says anything."""
        self.read += 1
        data = encode_excerpts(article, subject or subject_of(self.query), about_artist=about_artist)
        if data is None:
            return False
        document = Document(
            id=content_id(data),
            source=self.source,
            kind="articles",
            uri=article.url,
            title=article.title,
            media_type=EXCERPTS_MEDIA_TYPE,
            size_bytes=len(data),
            trust=self.trust,
            licence=article.licence,
            fetched_at=fetched_at,
        )
        if all(known.id != document.id for known, _ in self.files):
            self.files.append((document, data))
        return True


def follow(
    source: str,
    trust: float,
    query: ArtistQuery,
    effort: Effort,
    client: WebClient,
    steps: Callable[[Trail], None],
) -> Collected:
    """Let a source go its way. What was found until a failure is kept, and the failure is the outcome."""
    trail = Trail(source, trust, query, effort, client)
    failure: WebError | None = None
    try:
        client.source(source)
        steps(trail)
    except WebError as error:
        failure = error
    return Collected(
        _outcome(trail, failure),
        trail.files,
        trail.problems,
        exhausted=failure is None and trail.spoiled is None and not trail.more and effort.depth == "full",
    )


def page_text(page: Page) -> str:
    """The main text of an HTML page, whatever charset it claims. Raises BadAnswer for one that cannot be read."""
    text = page.text
    # a stated charset that does not fit is left to the extractor, which looks at the bytes
    with reading(page):
        return main_text(page.body if "�" in text else text)


def _outcome(trail: Trail, failure: WebError | None) -> Outcome:
    kept = len(trail.files)
    said = f"articles on the drumming: {kept} of {trail.read} read" if trail.read else "no article found"
    if trail.out_of_time:
        said += "; not every page was read for lack of time"
    if failure is None and not kept:
        failure = trail.spoiled
    if failure is not None:
        return Outcome(trail.source, failure.status, f"{said}; then {failure}" if trail.read else str(failure))
    if trail.problems:
        said += f"; {'; '.join(trail.problems[:3])}"
    return Outcome(trail.source, "ok" if kept else "empty", said)
