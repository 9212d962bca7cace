"""Drummerworld: the page of each drummer, at drummers/First_Last.html."""

from __future__ import annotations

import re
from urllib.parse import quote

from anyascii import anyascii

from mdg_pipeline.analyse.text.documents import Article
from mdg_pipeline.collect.articles_common import QUOTED, Trail, follow, names
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import WebClient

SOURCE = "drummerworld"
TRUST = 0.6
_MAX_DRUMMERS = 8


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """The pages of the drummers, and of the artist, who may be one."""
    return follow(SOURCE, TRUST, query, effort, client, _steps)


def _steps(trail: Trail) -> None:
    for name in dict.fromkeys((*trail.query.drummers[:_MAX_DRUMMERS], trail.query.name)):
        if not trail.has_time():
            return
        page = trail.page(f"{trail.base_url}/drummers/{quote(page_name(name))}.html")
        if page is None:
            continue
        text = trail.text(page)
        if not names(text, name.split()[-1]):
            trail.problems.append(f"{page.final_url} does not name {name}: its markup may have changed")
            continue
        trail.keep(Article(f"{name} (Drummerworld)", page.final_url, SOURCE, QUOTED, text), page.fetched_at)


def page_name(name: str) -> str:
    """ "Björn Åkesson" -> "Bjorn_Akesson"."""
    return "_".join(re.findall(r"[\w'.-]+", anyascii(name)))
