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
from mdg_pipeline.collect.midi_files import MAX_BYTES, MIN_SECONDS, Candidate, Fetched, collected, fetch_files, of_round
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
        return client.kept(SOURCE, candidate.address) or client.get(
            SOURCE,
            candidate.address,
            deadline=effort.deadline,
            accept=ANYTHING,
            max_bytes=MAX_BYTES,
            robots=False,  # the operator has the site's leave
        )

    wanted = of_round(candidates, effort)
    fetched = fetch_files(SOURCE, query, wanted, effort, fetch, licence=LICENCE)
    complete = not search.more and candidates == [] or len(wanted) < len(of_round(candidates, effort)) + 1
    return collected(
        SOURCE, said, fetched, failure=search.failure, problems=search.problems, exhausted=complete and not search.more
    )
