"""MIDI files on FreeMIDI: its search page, the artist's pages, and downloads within a session.

The markup has changed over the years; what stayed are the addresses: download3-<id>-<slug> of a song and
artist-<id>-<slug>. Links are found by them, and the class names only say which artist a song stands with.
A file is given to who has opened the song's page before: its cookie and its address as the Referer are needed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

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
from mdg_pipeline.collect.title_match import Hit, Match, match, match_all
from mdg_pipeline.collect.web.client import ANYTHING, HTML, WebClient
from mdg_pipeline.collect.web.errors import WebError
from mdg_pipeline.collect.web.page import Page, reading
from mdg_pipeline.untrusted import read

SOURCE = "freemidi"
LICENCE = "offered on freemidi.org by its users; the rights are the composers'; for analysis"
ARTIST_PAGES = {"quick": 1, "full": 5}  # of an artist in a round
_MAX_ARTISTS = 3  # with the name, e.g. "Prince" and "Prince & The Revolution"
_MAX_HTML = 2_000_000
_SONG = re.compile(r"(?:^|/)download3?-(\d{1,10})-([^/?#]{0,300})(?:[?#]|$)")
_ARTIST = re.compile(r"(?:^|/)artist-(\d{1,10})-([^/?#]{0,300})(?:[?#]|$)")
_CONTAINERS = ("search-song-container", "card-body", "artist-song-cell", "card")
_NOTHING = re.compile(r"\b(?:no (?:results|songs|matches|midis?)\b|0 results|nothing (?:was )?found|not found)", re.I)


@dataclass(frozen=True, slots=True)
class _Song:
    id: int
    slug: str
    hit: Hit


@dataclass(frozen=True, slots=True)
class _Link:
    """`boxes`: the numbers of the containers that it stands in, the nearest first; `paging`: it turns the page."""

    href: str
    text: str
    boxes: list[int]
    paging: bool


@dataclass(frozen=True, slots=True)
class _Links:
    links: list[_Link]
    text: str  # of the whole page


@dataclass(slots=True)
class _Search:
    songs: dict[int, tuple[_Song, Match]] = field(default_factory=dict)
    seen: int = 0
    problems: list[str] = field(default_factory=list)
    failure: WebError | None = None
    more: bool = False


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """The artist's files."""
    try:
        base_url = client.source(SOURCE).base_url
    except WebError as error:
        return Collected(error.outcome(SOURCE))
    search = _search(query, effort, client, base_url)
    candidates = [
        Candidate(
            song.id,
            song.hit.title,
            f"{base_url}/download3-{song.id}-{song.slug}",
            f"{base_url}/getter-{song.id}",
            found,
        )
        for song, found in search.songs.values()
        if found.accepted
    ]

    def fetch(candidate: Candidate) -> Page:
        kept = at_hand(client, SOURCE, candidate.address)
        if kept is not None:
            return kept
        song = client.get(
            SOURCE, candidate.uri, deadline=effort.deadline, accept=HTML, max_bytes=_MAX_HTML, cached=False
        )
        return client.get(
            SOURCE,
            candidate.address,
            headers={"Referer": candidate.uri},
            cookies=song.cookies,
            deadline=effort.deadline,
            accept=ANYTHING,
            max_bytes=MAX_BYTES,
        )

    wanted = up_to_round(candidates, effort) if search.failure is None else []
    fetched = fetch_files(SOURCE, query, wanted, effort, fetch, licence=LICENCE) if wanted else Fetched()
    said = f"{len(fetched.files)} files; {len(candidates)} matching files found among {search.seen} songs"
    if search.problems:
        said += f"; {search.problems[0]}"
    return collected(
        SOURCE,
        said,
        fetched,
        failure=search.failure,
        problems=search.problems,
        exhausted=not search.more and len(wanted) == len(candidates),
    )


def _search(query: ArtistQuery, effort: Effort, client: WebClient, base_url: str) -> _Search:
    """The songs of the search page, then those of the pages of the artists that have the name."""
    search = _Search()
    try:
        page = client.get(
            SOURCE,
            f"{base_url}/search",
            {"q": _typed(query.name)},
            deadline=effort.deadline,
            accept=HTML,
            max_bytes=_MAX_HTML,
        )
        links = _parsed(page)
        songs, artists = _songs(links), _artists(links, query)
        search.seen = len(songs)
        if not songs and not artists and not _NOTHING.search(links.text):
            search.problems.append("the search page has no links to songs: its markup may have changed")
        for song, found in zip(songs, match_all(query, [song.hit for song in songs]), strict=True):
            search.songs[song.id] = song, found
        for address, found in list(artists.items())[:_MAX_ARTISTS]:
            _add_artist(search, urljoin(f"{base_url}/", address), found, effort, client)
    except WebError as error:
        search.failure = error
    return search


def _typed(name: str) -> str:
    """The name as the titles there are written: Latin letters without marks; other scripts as they are."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return plain if plain.isascii() else name


def _add_artist(search: _Search, address: str, found: Match, effort: Effort, client: WebClient) -> None:
    """The songs of an artist's pages, which are all by the artist. Raises WebError."""
    waiting, known = [address], {address}
    for number in range((effort.round + 1) * ARTIST_PAGES[effort.depth]):
        if not waiting:
            return
        if effort.seconds_left < MIN_SECONDS:
            break
        page = client.get(SOURCE, waiting.pop(0), deadline=effort.deadline, accept=HTML, max_bytes=_MAX_HTML)
        if not page.ok:
            search.problems.append(f"{page.url} answers with status {page.status}")
            continue
        links = _parsed(page)
        songs = _songs(links)
        if not songs and number == 0:
            search.problems.append(f"{page.url} has no links to songs: its markup may have changed")
        for song in songs:
            if song.id not in search.songs or not search.songs[song.id][1].accepted:
                search.songs[song.id] = song, found
                search.seen += 1
        further = [each for each in _further_pages(links, page.final_url) if each not in known]
        waiting += further
        known.update(further)
    search.more = search.more or bool(waiting)


def _parsed(page: Page) -> _Links:
    """Raises BadAnswer for a page that cannot be read."""
    if not page.ok:
        return _Links([], "")
    with reading(page):
        html = page.text.encode("utf-8", errors="replace")
        found = read("links", html, boxes=list(_CONTAINERS), paging="pagination")
    return _Links([_Link(**link) for link in found["links"]], found["text"])


def _songs(page: _Links) -> list[_Song]:
    """Every song that the page links to, once."""
    songs: dict[int, _Song] = {}
    artists = [link for link in page.links if _ARTIST.search(link.href)]
    for link in page.links:
        found = _SONG.search(link.href)
        if found is None or not (link.text or found[2]):
            continue
        names = (found[2],) if link.text else ()
        hit = Hit(link.text or found[2], artist=_artist_beside(link, artists), other_names=names)
        songs.setdefault(int(found[1]), _Song(int(found[1]), found[2], hit))
    return list(songs.values())


def _artist_beside(link: _Link, artists: list[_Link]) -> str:
    """The artist that stands in the same box as the song's link; empty where none does."""
    if not link.boxes:
        return ""
    return next((artist.text[:200] for artist in artists if link.boxes[0] in artist.boxes), "")


def _artists(page: _Links, query: ArtistQuery) -> dict[str, Match]:
    """Addresses of pages of artists who have the name, the surest first."""
    found: dict[str, Match] = {}
    for link in page.links:
        if _ARTIST.search(link.href):
            name = link.text[:200]
            named = match(query, Hit("", artist=name)) if name else Match(0.0, "no name")
            if named.accepted:
                found.setdefault(link.href.split("?")[0].split("#")[0], named)
    return dict(sorted(found.items(), key=lambda item: -item[1].score))


def _further_pages(page: _Links, address: str) -> list[str]:
    """The other pages of the same artist, in the page's order."""
    number = _artist_number(address)
    pages = [urljoin(address, link.href).split("#")[0] for link in page.links if link.paging]
    here = urlsplit(address).netloc
    return [
        other
        for other in dict.fromkeys(pages)
        if urlsplit(other).netloc == here and _artist_number(other) == number and other != address
    ]


def _artist_number(address: str) -> str | None:
    found = _ARTIST.search(urlsplit(address).path)
    return found[1] if found else None
