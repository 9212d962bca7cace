"""Papers from arXiv (its query API, Atom)."""

from __future__ import annotations

import re

from lxml import etree

from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.papers_common import (
    Ask,
    Found,
    Paper,
    clean,
    clean_abstract,
    clean_authors,
    clean_doi,
    clean_year,
    gather,
)
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import BadAnswer, WebError
from mdg_pipeline.collect.web.page import Page

SOURCE = "arxiv"
LICENCE = "metadata from arXiv (CC0)"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_MEDIA_TYPES = ("application/atom+xml", "application/xml", "text/xml")
_PAGE_SIZE = {"quick": 20, "full": 50}
# its language has phrases and alternatives, so that one query does for a name
_TOPICS: tuple[tuple[str, ...], ...] = (
    ("drum drums drumming drummer rhythm groove microtiming beat",),
    ("music musical song band",),
)


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """Papers about the artist's drumming."""
    try:
        settings = client.source(SOURCE)
    except WebError as error:
        return Collected(error.outcome(SOURCE))
    size = _PAGE_SIZE[effort.depth]

    def ask(wanted: Ask) -> Found:
        page = client.get(
            SOURCE,
            f"{settings.base_url}/query",
            {
                "search_query": _search(wanted),
                "start": wanted.page * size,
                "max_results": size,
                "sortBy": "relevance",
                "sortOrder": "descending",
            },
            deadline=effort.deadline,
            accept=_MEDIA_TYPES,
            robots=False,
            check=_check,
        )
        if page.status == 404:
            return Found([], False, page.fetched_at)
        feed = _feed(page)
        entries = feed.findall(f"{_ATOM}entry")
        for entry in entries:
            if clean(entry.findtext(f"{_ATOM}title")) == "Error":
                raise BadAnswer(f"{SOURCE} refuses the query: {clean(entry.findtext(f'{_ATOM}summary'), 200)}")
        if not page.ok:
            raise BadAnswer(f"{SOURCE} refuses the query (status {page.status})")
        papers = [paper for entry in entries if (paper := _paper(entry)) is not None]
        total = (feed.findtext(f"{_OPENSEARCH}totalResults") or "").strip()
        more = total.isascii() and total.isdigit() and wanted.page * size + len(entries) < int(total[:9])
        return Found(papers, more, page.fetched_at)

    return gather(SOURCE, query, effort, ask, topics=_TOPICS)


def _search(wanted: Ask) -> str:
    name = " ".join(re.findall(r"[\w'.&/-]+", wanted.name))
    return f'all:"{name}" AND ({" OR ".join(f"all:{word}" for word in wanted.topic.split())})'


def _check(page: Page) -> None:
    _feed(page)


def _feed(page: Page) -> etree._Element:
    """The feed's root. No entity is expanded and nothing else is loaded. Raises BadAnswer."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        feed = etree.fromstring(page.body, parser)
    except etree.XMLSyntaxError as error:
        raise BadAnswer(f"{page.final_url} answers with XML that cannot be read: {error.msg}") from error
    if feed.getroottree().docinfo.doctype or feed.tag != f"{_ATOM}feed":
        raise BadAnswer(f"{page.final_url} answers with XML that is no Atom feed")
    return feed


def _paper(entry: etree._Element) -> Paper | None:
    """None for what has no title or no arXiv address."""
    title = clean(entry.findtext(f"{_ATOM}title"))
    number = re.search(r"arxiv\.org/abs/([\w./-]{4,40}?)(?:v\d+)?$", (entry.findtext(f"{_ATOM}id") or "").strip())
    if not title or number is None:
        return None
    published = (entry.findtext(f"{_ATOM}published") or "")[:4]
    names = [author.findtext(f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author")]
    return Paper(
        title=title,
        url=f"https://arxiv.org/abs/{number[1]}",
        licence=LICENCE,
        authors=clean_authors(names),
        year=clean_year(int(published)) if published.isascii() and published.isdigit() else None,
        # arXiv registers one for every paper
        doi=clean_doi(entry.findtext(f"{_ARXIV}doi")) or f"10.48550/arxiv.{number[1].lower()}",
        venue=clean(entry.findtext(f"{_ARXIV}journal_ref")),
        abstract=clean_abstract(entry.findtext(f"{_ATOM}summary")),
        fields=tuple(clean(each.get("term"), 60) for each in entry.findall(f"{_ATOM}category")[:20]),
    )
