"""Rolling Stone: articles of its feed that name the artist, and a known page on drummers.

The site's search runs in the browser, so plain HTTP cannot use it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from mdg_pipeline.analyse.text.documents import Article
from mdg_pipeline.collect.articles_common import QUOTED, Trail, follow, names
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import BadAnswer

SOURCE = "rolling_stone"
TRUST = 0.5
_FEEDS = ("/feed/", "/music/feed/")
_FEED_TYPES = ("application/rss+xml", "application/xml", "text/xml", "application/atom+xml")
_KNOWN_PAGES = ("/music/music-lists/100-greatest-drummers-of-all-time-77933/",)
_MAX_ARTICLES = 6
_MAX_ITEMS = 500
_PAGES_A_FEED = 3  # ?paged=2 and on are the older items


@dataclass(frozen=True, slots=True)
class _Item:
    title: str
    url: str
    text: str


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """Articles on the artist's drumming; each further round reads older pages of the feeds."""
    return follow(SOURCE, TRUST, query, effort, client, _steps)


def _steps(trail: Trail) -> None:
    found: dict[str, _Item] = {}
    for path in _FEEDS:
        if trail.has_time():
            for item in _feed(trail, f"{trail.base_url}{path}"):
                if any(names(f"{item.title} {item.text}", name) for name in _wanted(trail.query)):
                    found.setdefault(item.url, item)
    for item in list(found.values())[:_MAX_ARTICLES]:
        if trail.has_time():
            _article(trail, item.url, item.title)
    if trail.effort.round == 0:
        for path in _KNOWN_PAGES:
            if trail.has_time():
                _article(trail, f"{trail.base_url}{path}", "Rolling Stone")
    trail.more = trail.more or trail.effort.round + 1 < _PAGES_A_FEED


def _wanted(query: ArtistQuery) -> list[str]:
    return [query.name, *query.aliases, *query.drummers]


def _feed(trail: Trail, url: str) -> list[_Item]:
    """The items of an RSS 2.0 feed that lead to the site itself."""
    from lxml import etree

    params = {"paged": trail.effort.round + 1} if trail.effort.round else None
    page = trail.page(url, params, accept=_FEED_TYPES)
    if page is None:
        return []
    # no entities: a feed can hold a bomb of them
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(page.body, parser)
    except etree.XMLSyntaxError as error:
        trail.spoil(BadAnswer(f"{url} is no feed that can be read: {error}"))
        return []
    items = root.findall(".//item")[:_MAX_ITEMS] if root is not None else []
    if not items:
        trail.problems.append(f"{url} has no items: its form may have changed")
    host = urlsplit(trail.base_url).netloc
    found = []
    for item in items:
        title, link = (_plain(item.findtext(tag)) for tag in ("title", "link"))
        address = urljoin(url, link)
        if title and link and urlsplit(address).netloc == host:
            found.append(_Item(title, address, _plain(item.findtext("description"))))
    return found


def _article(trail: Trail, url: str, title: str) -> None:
    page = trail.page(url)
    if page is None:
        return
    # most articles treat of more than one artist
    article = Article(title, page.final_url, SOURCE, QUOTED, trail.text(page))
    trail.keep(article, page.fetched_at, about_artist=False)


def _plain(text: str | None) -> str:
    return " ".join(re.sub(r"<[^<>]{0,500}>", " ", text or "").split())[:1000]
