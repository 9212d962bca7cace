"""MIDI files on FreeMIDI: its search page, the artist's pages, and downloads within a session.

The markup has changed over the years; what stayed are the addresses: download3-<id>-<slug> of a song and
artist-<id>-<slug>. Links are found by them, and the class names only say which artist a song stands with.
A file is given to who has opened the song's page before: its cookie and its address as the Referer are needed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
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
from mdg_pipeline.collect.web.page import Page

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

SOURCE = "freemidi"
LICENCE = "offered on freemidi.org by its users; the rights are the composers'; for analysis"
ARTIST_PAGES = {"quick": 1, "full": 5}  # of an artist in a round
_MAX_ARTISTS = 3  # with the name, e.g. "Prince" and "Prince & The Revolution"
_MAX_LINKS = 2000  # of a page
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
        soup = _parsed(page)
        songs, artists = _songs(soup), _artists(soup, query)
        search.seen = len(songs)
        if not songs and not artists and not _NOTHING.search(soup.get_text(" ")):
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
        soup = _parsed(page)
        songs = _songs(soup)
        if not songs and number == 0:
            search.problems.append(f"{page.url} has no links to songs: its markup may have changed")
        for song in songs:
            if song.id not in search.songs or not search.songs[song.id][1].accepted:
                search.songs[song.id] = song, found
                search.seen += 1
        further = [each for each in _further_pages(soup, page.final_url) if each not in known]
        waiting += further
        known.update(further)
    search.more = search.more or bool(waiting)


def _parsed(page: Page) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    return BeautifulSoup(page.text if page.ok else "", "html.parser")


def _songs(soup: BeautifulSoup) -> list[_Song]:
    """Every song that the page links to, once."""
    songs: dict[int, _Song] = {}
    for link in soup.find_all("a", href=_SONG, limit=_MAX_LINKS):
        found = _SONG.search(str(link["href"]))
        title = link.get_text(" ", strip=True)[:300]
        if found is None or not (title or found[2]):
            continue
        hit = Hit(title or found[2], artist=_artist_beside(link), other_names=(found[2],) if title else ())
        songs.setdefault(int(found[1]), _Song(int(found[1]), found[2], hit))
    return list(songs.values())


def _artist_beside(link: Tag) -> str:
    """The artist that stands in the same box as the song's link; empty where none does."""
    box = link.find_parent(class_=_CONTAINERS)
    beside = box.find("a", href=_ARTIST) if box is not None else None
    return beside.get_text(" ", strip=True)[:200] if beside is not None else ""


def _artists(soup: BeautifulSoup, query: ArtistQuery) -> dict[str, Match]:
    """Addresses of pages of artists who have the name, the surest first."""
    found: dict[str, Match] = {}
    for link in soup.find_all("a", href=_ARTIST, limit=_MAX_LINKS):
        name = link.get_text(" ", strip=True)[:200]
        named = match(query, Hit("", artist=name)) if name else Match(0.0, "no name")
        if named.accepted:
            found.setdefault(str(link["href"]).split("?")[0].split("#")[0], named)
    return dict(sorted(found.items(), key=lambda item: -item[1].score))


def _further_pages(soup: BeautifulSoup, address: str) -> list[str]:
    """The other pages of the same artist, in the page's order."""
    number = _artist_number(address)
    pages = [
        urljoin(address, str(link["href"])).split("#")[0]
        for box in soup.select(".pagination")
        for link in box.find_all("a", href=True, limit=200)
    ]
    here = urlsplit(address).netloc
    return [
        page
        for page in dict.fromkeys(pages)
        if urlsplit(page).netloc == here and _artist_number(page) == number and page != address
    ]


def _artist_number(address: str) -> str | None:
    found = _ARTIST.search(urlsplit(address).path)
    return found[1] if found else None
