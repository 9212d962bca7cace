"""Addresses that the operator adds: pages, text files and PDFs about the artist."""

from __future__ import annotations

import re

from mdg_core.errors import MdgError
from mdg_pipeline.analyse.text.documents import Article, document_text
from mdg_pipeline.collect.articles_common import QUOTED, Trail, follow, page_text
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import HTML, WebClient
from mdg_pipeline.collect.web.errors import WebError
from mdg_pipeline.collect.web.page import Page
from mdg_pipeline.documents import Document, Outcome, content_id

SOURCE = "links"
TRUST = 0.8
_ACCEPT = (*HTML, "text/plain", "text/markdown", "application/pdf")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})</title", re.IGNORECASE)


def collect(query: ArtistQuery, effort: Effort, client: WebClient, urls: tuple[str, ...] = ()) -> Collected:
    """What those addresses say of the drumming. One that fails is named and costs the others nothing."""
    if not urls:
        return Collected(Outcome(SOURCE, "empty", "no address has been added for this artist"), exhausted=True)

    def steps(trail: Trail) -> None:
        failures = [error for url in urls if (error := _read(trail, url)) is not None]
        if failures and not trail.files:
            raise failures[0]

    return follow(SOURCE, TRUST, query, effort, client, steps)


def _read(trail: Trail, url: str) -> WebError | None:
    if not trail.has_time():
        return None
    problems = len(trail.problems)
    try:
        page = trail.page(url, accept=_ACCEPT)
        if page is None:
            if len(trail.problems) == problems:
                trail.problems.append(f"there is no page at {url}")
            return None
        text = _text(page)
    except WebError as error:
        trail.problems.append(str(error))
        return error
    except MdgError as error:
        trail.problems.append(f"{url}: {error}")
        return None
    title = _TITLE.search(page.text[:100_000]) if page.content_type in HTML else None
    article = Article(" ".join(title[1].split()) if title else url, page.final_url, SOURCE, QUOTED, text)
    if not trail.keep(article, page.fetched_at):
        trail.problems.append(f"{url} says nothing of the drumming that could be recognised")
    return None


def _text(page: Page) -> str:
    if page.content_type in HTML or not page.content_type:
        return page_text(page)
    document = Document(
        id=content_id(page.body),
        source=SOURCE,
        kind="articles",
        uri=page.final_url,
        title=page.final_url,
        media_type=page.content_type,
        size_bytes=len(page.body),
        trust=TRUST,
        licence=QUOTED,
        fetched_at=page.fetched_at,
    )
    return document_text(document, page.body)
