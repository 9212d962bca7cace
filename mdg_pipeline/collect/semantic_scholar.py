"""Papers from Semantic Scholar (Academic Graph API, paper/search)."""

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

SOURCE = "semantic_scholar"
LICENCE = "metadata from Semantic Scholar (ODC-BY); the abstract is the publisher's"
_FIELDS = "title,abstract,authors,year,venue,externalIds,citationCount,url,fieldsOfStudy"
_PAGE_SIZE = {"quick": 20, "full": 50}
_LAST_OFFSET = 1000  # the search gives no more than its first thousand


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """Papers about the artist's drumming."""
    try:
        settings = client.source(SOURCE)
    except WebError as error:
        return Collected(error.outcome(SOURCE))
    key = {"x-api-key": settings.api_key.get_secret_value()} if settings.api_key else {}
    size = _PAGE_SIZE[effort.depth]

    def ask(wanted: Ask) -> Found:
        offset = wanted.page * size
        page = client.get(
            SOURCE,
            f"{settings.base_url}/paper/search",
            {"query": f"{wanted.name} {wanted.topic}", "fields": _FIELDS, "offset": offset, "limit": size},
            key,
            deadline=effort.deadline,
            robots=False,
        )
        if page.status == 404:
            return Found([], False, page.fetched_at)
        content = json_object(page)
        if not page.ok:
            raise BadAnswer(f"{SOURCE} refuses the query: {clean(content.get('error') or content.get('message'))}")
        rows = content.get("data", [])  # no results: no such key
        if not isinstance(rows, list):
            raise BadAnswer(f"{SOURCE} answers without a list of papers")
        papers = [paper for row in rows if (paper := _paper(row)) is not None]
        more = isinstance(content.get("next"), int) and offset + size < _LAST_OFFSET
        return Found(papers, more, page.fetched_at)

    return gather(SOURCE, query, effort, ask)


def _paper(row: Any) -> Paper | None:
    """None for what has no title or no address."""
    if not isinstance(row, dict):
        return None
    identity = clean(row.get("paperId"), 100)
    title = clean(row.get("title"))
    if not title or not identity.isalnum():
        return None
    ids = row.get("externalIds")
    authors = row.get("authors")
    fields = row.get("fieldsOfStudy")
    return Paper(
        title=title,
        url=clean_url(row.get("url"), f"https://www.semanticscholar.org/paper/{identity}"),
        licence=LICENCE,
        authors=clean_authors([each.get("name") for each in authors if isinstance(each, dict)])
        if isinstance(authors, list)
        else (),
        year=clean_year(row.get("year")),
        doi=clean_doi(ids.get("DOI")) if isinstance(ids, dict) else None,
        venue=clean(row.get("venue")),
        abstract=clean_abstract(row.get("abstract")),
        citations=clean_count(row.get("citationCount")),
        fields=tuple(clean(each, 60) for each in fields[:20]) if isinstance(fields, list) else (),
    )
