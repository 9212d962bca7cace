"""Pitchfork: reviews of the artist's albums, found by the site's search page.

The search page has changed its markup several times: links to reviews are looked for wherever they stand, and a
page that has none though it does not say so is reported as changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from mdg_pipeline.analyse.text.clean import clean
from mdg_pipeline.analyse.text.documents import Article, by_lines
from mdg_pipeline.collect.articles_common import QUOTED, Trail, folded, follow, names
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import BadAnswer
from mdg_pipeline.collect.web.page import Page, reading
from mdg_pipeline.untrusted import read

SOURCE = "pitchfork"
TRUST = 0.5
_REVIEWS = 4  # a round
_REVIEW_PATH = re.compile(r"/reviews/albums/(?:\d+-)?([a-z0-9%-]+)/?$", re.IGNORECASE)
_NOTHING_FOUND = re.compile(r"\b(?:no results|0 results|nothing found|didn[’']t find|did not match)\b", re.IGNORECASE)
_BODY = 'div[class^="body__inner-container"], div[class*=" body__inner-container"]'
_MAX_HTML = 2_000_000
_MAX_LINKS = 5_000
_MAX_BODY = 200_000


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """What reviews say of the drumming; each further round reads the next ones."""
    return follow(SOURCE, TRUST, query, effort, client, _steps)


def _steps(trail: Trail) -> None:
    page = trail.page(f"{trail.base_url}/search/", {"query": trail.query.name})
    if page is None:
        return
    links = list(dict.fromkeys(_links(page)))
    if not links and not _NOTHING_FOUND.search(page.text):
        trail.problems.append(f"{SOURCE}: the search page has no links to reviews; its markup may have changed")
    ours = [url for url in links if _is_of(url, trail.query)]
    first = trail.effort.round * _REVIEWS
    trail.more = len(ours) > first + _REVIEWS
    for url in ours[first : first + _REVIEWS]:
        if trail.has_time():
            _review(trail, url)


def _links(page: Page) -> Iterator[str]:
    """Links to album reviews on the site itself, in any markup."""
    host = urlsplit(page.final_url).netloc
    for match in list(re.finditer(r"href\s*=\s*[\"']?([^\"'\s>]{1,500})", page.text[:_MAX_HTML]))[:_MAX_LINKS]:
        url = urljoin(page.final_url, match[1].replace("&amp;", "&").partition("?")[0])
        if _REVIEW_PATH.search(urlsplit(url).path) and urlsplit(url).netloc == host:
            yield url


def _is_of(url: str, query: ArtistQuery) -> bool:
    """Whether the address names the artist; it begins with the name and goes on with the album's title."""
    match = _REVIEW_PATH.search(urlsplit(url).path)
    slug = match[1].replace("-", " ") if match else ""
    keys = [folded(name).removeprefix("the ") for name in (query.name, *query.aliases)]
    return any(f"{slug} ".removeprefix("the ").startswith(f"{key} ") for key in keys if key)


def _review(trail: Trail, url: str) -> None:
    page = trail.page(url)
    if page is None:
        return
    artist, text = _structured(page)
    text = text or _by_markup(trail, page) or trail.text(page)
    known = (trail.query.name, *trail.query.aliases, *trail.query.bands)
    if not any(names(artist or f"{_title(page)} {text}", name) for name in known):
        trail.problems.append(f"{page.final_url} does not name {trail.query.name}: another artist's, or changed markup")
        return
    title = f"{_title(page) or 'Review'} (Pitchfork)"
    trail.keep(Article(title, page.final_url, SOURCE, QUOTED, text), page.fetched_at)


def _structured(page: Page) -> tuple[str, str]:
    """Artist and text of the review in JSON-LD (schema.org Review), each "" where it is not given."""
    for match in re.finditer(
        r"<script[^>]{0,300}ld\+json[^>]{0,300}>(.*?)</script", page.text[:_MAX_HTML], re.DOTALL | re.IGNORECASE
    ):
        try:
            content = json.loads(match[1])
        except (ValueError, RecursionError):
            continue
        for item in _flat(content):
            if item.get("@type") == "Review" and isinstance(item.get("reviewBody"), str):
                return _artist(item.get("itemReviewed")), by_lines(clean(item["reviewBody"][:_MAX_BODY]))
    return "", ""


def _flat(content: Any) -> list[dict[str, Any]]:
    items = content if isinstance(content, list) else [content]
    objects = [item for item in items[:50] if isinstance(item, dict)]
    graphs = [inner for item in objects if isinstance(item.get("@graph"), list) for inner in item["@graph"][:50]]
    return objects + [item for item in graphs if isinstance(item, dict)]


def _artist(item: Any) -> str:
    """Names of the reviewed work and of who made it."""
    if not isinstance(item, dict):
        return ""
    makers = item.get("byArtist")
    makers = makers if isinstance(makers, list) else [makers]
    found = [maker.get("name") for maker in makers[:20] if isinstance(maker, dict)]
    return " / ".join(name for name in found if isinstance(name, str))[:500]


def _by_markup(trail: Trail, page: Page) -> str:
    """The review's body by the beginnings of its class names; their endings change with each build of the site."""
    if page.text.count("<") > 30_000:
        return ""
    html = page.text[:_MAX_HTML].encode("utf-8", errors="replace")
    try:
        with reading(page):
            paragraphs = read("paragraphs", html, select=_BODY)
    except BadAnswer as error:
        trail.spoil(error)
        return ""
    return by_lines(clean("\n".join(" ".join(text.split()) for text in paragraphs)))[:_MAX_BODY]


def _title(page: Page) -> str:
    match = re.search(r"<title[^>]{0,200}>([^<]{1,300})</title", page.text[:_MAX_HTML], re.IGNORECASE)
    return " ".join(clean(match[1]).split()).partition(" | ")[0] if match else ""
