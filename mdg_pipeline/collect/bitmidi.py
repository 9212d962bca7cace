"""MIDI files on BitMIDI, through the search of its own pages: metadata, and files where the operator has leave.

The search goes by words of the file name and finds mostly strangers; `title_match` tells them apart. The site's
robots.txt forbids its files: they are fetched only where the operator sets sources.bitmidi.download.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from mdg_core.artist import artist_key
from mdg_core.errors import UsageError
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.midi_files import (
    MAX_BYTES,
    MIN_SECONDS,
    Candidate,
    Fetched,
    at_hand,
    collected,
    fetch_files,
    up_to_round,
)
from mdg_pipeline.collect.title_match import Hit, match_all
from mdg_pipeline.collect.web.client import ANYTHING, WebClient
from mdg_pipeline.collect.web.errors import BadAnswer, WebError
from mdg_pipeline.collect.web.page import Page, json_object

SOURCE = "bitmidi"
LICENCE = "put on bitmidi.com by its users; the rights are the composers'; fetched with the operator's permission"
PAGE_SIZE = 50  # the most that it gives
PAGES = {"quick": 1, "full": 4}  # of a name in a round
_MAX_NAMES = 3
_MAX_TEXT = 300
_FILE = re.compile(r"/uploads/\d{1,10}\.mid")
_PAGE = re.compile(r"/[\w%.~-]{1,300}")


@dataclass(frozen=True, slots=True)
class _Row:
    """One result, its values checked."""

    id: int
    hit: Hit
    uri: str
    address: str
    plays: int


@dataclass(slots=True)
class _Search:
    rows: dict[int, _Row] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    failure: WebError | None = None
    more: bool = False  # there are pages behind the last one


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """The artist's files. Without leave to download: how many there are."""
    try:
        base_url = client.source(SOURCE).base_url
    except WebError as error:
        return Collected(error.outcome(SOURCE))
    search = _search(query, effort, client, base_url)
    rows = list(search.rows.values())
    matches = match_all(query, [row.hit for row in rows])
    candidates = [
        Candidate(row.id, row.hit.title, row.uri, row.address, found, row.plays)
        for row, found in zip(rows, matches, strict=True)
        if found.accepted
    ]
    said = f"{len(candidates)} matching files found among {len(rows)} results"
    if not client.settings.sources.bitmidi.download:
        if candidates:
            said += (
                "; downloading is off (robots.txt); set sources.bitmidi.download to true if you have the site's "
                f"permission, or put files into the library: {', '.join(each.uri for each in candidates[:3])}"
            )
        return collected(
            SOURCE,
            said,
            Fetched(),
            failure=search.failure,
            problems=search.problems,
            exhausted=not search.more,
        )

    def fetch(candidate: Candidate) -> Page:
        return at_hand(client, SOURCE, candidate.address) or client.get(
            SOURCE,
            candidate.address,
            deadline=effort.deadline,
            accept=ANYTHING,
            max_bytes=MAX_BYTES,
            robots=False,  # the operator has the site's leave
        )

    wanted = up_to_round(candidates, effort)
    fetched = fetch_files(SOURCE, query, wanted, effort, fetch, licence=LICENCE)
    return collected(
        SOURCE,
        f"{len(fetched.files)} files; {said}",
        fetched,
        failure=search.failure,
        problems=search.problems,
        exhausted=not search.more and len(wanted) == len(candidates),
    )


def _search(query: ArtistQuery, effort: Effort, client: WebClient, base_url: str) -> _Search:
    """The results for each of the artist's names, page by page; those of earlier rounds are in the cache."""
    search = _Search()
    for name in _names(query)[: 1 if effort.depth == "quick" else _MAX_NAMES]:
        for number in range((effort.round + 1) * PAGES[effort.depth]):
            if effort.seconds_left < MIN_SECONDS:
                search.more = True
                return search
            try:
                page = client.get(
                    SOURCE,
                    f"{base_url}/api/midi/search",
                    {"q": name, "page": number, "pageSize": PAGE_SIZE},
                    deadline=effort.deadline,
                )
                total = _add_rows(search, page, base_url)
            except WebError as error:
                search.failure = error
                return search
            if number + 1 >= total:
                break
        else:
            search.more = True
    return search


def _names(query: ArtistQuery) -> list[str]:
    """What to search for: the name, then other names of the artist, each key once."""
    names: dict[str, str] = {}
    for name in (query.name, *query.aliases):
        try:
            names.setdefault(artist_key(name), name)
        except UsageError:
            continue
    return list(names.values())


def _add_rows(search: _Search, page: Page, base_url: str) -> int:
    """Take the results of a page; returns how many pages there are. Raises BadAnswer."""
    content = json_object(page)
    if not page.ok:
        error = content.get("error")
        reason = error.get("message") if isinstance(error, dict) else None
        raise BadAnswer(f"{SOURCE} refuses the search: {str(reason or page.status)[:200]}")
    result = content.get("result")
    results = result.get("results") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(results, list):
        raise BadAnswer(f"{SOURCE} answers without a list of results: its search may have changed")
    rows = [_row(item, base_url) for item in results[:PAGE_SIZE]]
    if unusable := rows.count(None):
        search.problems.append(f"{unusable} results without a number, name or address: the search may have changed")
    search.rows |= {row.id: row for row in rows if row is not None}
    pages = result.get("pageTotal")
    return pages if isinstance(pages, int) and results else 0


def _row(item: Any, base_url: str) -> _Row | None:
    """None for what lacks a value that is needed or holds an address of another form."""
    if not isinstance(item, dict):
        return None
    number, name, page, file = (item.get(key) for key in ("id", "name", "url", "downloadUrl"))
    if not (isinstance(number, int) and isinstance(name, str) and isinstance(page, str) and isinstance(file, str)):
        return None
    if not (name.strip() and _PAGE.fullmatch(page) and _FILE.fullmatch(file)):
        return None
    return _Row(
        id=number,
        hit=Hit(name[:_MAX_TEXT], other_names=_other_names(item.get("alternateNames"))),
        uri=base_url + page,
        address=base_url + file,
        plays=item["plays"] if isinstance(item.get("plays"), int) else 0,
    )


def _other_names(value: Any) -> tuple[str, ...]:
    """A list of names, or the same as text with a name a line; anything else is none."""
    names = value.splitlines() if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(name[:_MAX_TEXT] for name in names[:20] if isinstance(name, str) and name.strip())
