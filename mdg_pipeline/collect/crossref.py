"""Papers from CrossRef (REST API, /works). The User-Agent's contact brings its polite pool."""

from __future__ import annotations

from typing import Any

from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.papers_common import (
    Ask,
    Found,
    Paper,
    clean,
    clean_abstract,
    clean_authors,
    clean_count,
    clean_doi,
    clean_url,
    clean_year,
    gather,
)
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import BadAnswer, WebError
from mdg_pipeline.collect.web.page import json_object

SOURCE = "crossref"
LICENCE = "metadata from CrossRef (CC0); the abstract is the publisher's"
_SELECT = "DOI,title,author,issued,container-title,abstract,is-referenced-by-count,URL,subject"
_PAGE_SIZE = {"quick": 20, "full": 50}


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """Papers about the artist's drumming."""
    try:
        settings = client.source(SOURCE)
    except WebError as error:
        return Collected(error.outcome(SOURCE))
    size = _PAGE_SIZE[effort.depth]

    def ask(wanted: Ask) -> Found:
        offset = wanted.page * size
        page = client.get(
            SOURCE,
            f"{settings.base_url}/works",
            {"query.bibliographic": f"{wanted.name} {wanted.topic}", "rows": size, "offset": offset, "select": _SELECT},
            deadline=effort.deadline,
            robots=False,
        )
        if page.status == 404 and not page.body.lstrip().startswith(b"{"):
            return Found([], False, page.fetched_at)  # "Resource not found.", as plain text
        content = json_object(page)
        message = content.get("message")
        if not page.ok or content.get("status") != "ok":
            raise BadAnswer(f"{SOURCE} refuses the query: {_complaint(message)}")
        items = message.get("items") if isinstance(message, dict) else None
        if not isinstance(message, dict) or not isinstance(items, list):
            raise BadAnswer(f"{SOURCE} answers without a list of papers")
        papers = [paper for item in items if (paper := _paper(item)) is not None]
        return Found(papers, offset + len(items) < clean_count(message.get("total-results")), page.fetched_at)

    return gather(SOURCE, query, effort, ask)


def _paper(item: Any) -> Paper | None:
    """None for what has no title or no DOI. Titles and venues are lists, the date is [[year, month, day]]."""
    if not isinstance(item, dict):
        return None
    title, doi = clean(_first(item.get("title"))), clean_doi(item.get("DOI"))
    if not title or doi is None:
        return None
    authors = item.get("author")
    subjects = item.get("subject")
    issued = item.get("issued")
    return Paper(
        title=title,
        url=clean_url(item.get("URL"), f"https://doi.org/{doi}"),
        licence=LICENCE,
        authors=clean_authors([_name(each) for each in authors]) if isinstance(authors, list) else (),
        year=clean_year(_first(_first(issued.get("date-parts")))) if isinstance(issued, dict) else None,
        doi=doi,
        venue=clean(_first(item.get("container-title"))),
        abstract=clean_abstract(item.get("abstract")),  # JATS XML
        citations=clean_count(item.get("is-referenced-by-count")),
        fields=tuple(clean(each, 60) for each in subjects[:20]) if isinstance(subjects, list) else (),
    )


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _name(author: Any) -> str:
    if not isinstance(author, dict):
        return ""
    parts = [part for part in (author.get("given"), author.get("family")) if isinstance(part, str)]
    return " ".join(parts) or clean(author.get("name"), 100)


def _complaint(message: Any) -> str:
    """The words of {"message": [{"message": "..."}]}."""
    first = _first(message)
    return clean(first.get("message"), 200) if isinstance(first, dict) else "without a reason"
