"""FreeMIDI: search and artist pages in the markups on record, and files for who has opened the song's page first."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from tests.stubs.answers import Answer, Asked, html_answer, text_answer
from tests.stubs.midi_bytes import drum_file
from tests.stubs.service import Service

Markup = Literal["old", "new", "changed"]
ARTISTS = {
    12: "Queen",
    13: "Queensryche",
    14: "ABBA",
    15: "Prince",
    16: "AC/DC",
    17: "Motley Crue",
    18: "Genesis",
    19: "Led Zeppelin",
    20: "The Allman Brothers Band",
}
PER_PAGE = 3
# number -> (title, artist's number)
SONGS = {
    101: ("Bohemian Rhapsody", 12),
    102: ("Innuendo", 12),
    103: ("We Will Rock You", 12),
    104: ("Radio Ga Ga", 12),
    105: ("Hammer To Fall", 12),
    106: ("One Vision", 12),
    107: ("Killer Queen", 12),
    201: ("Silent Lucidity", 13),
    301: ("Dancing Queen", 14),
    401: ("Kiss", 15),
    501: ("Back In Black", 16),
    502: ("Highway To Hell", 16),
    601: ("Dr. Feelgood", 17),
    701: ("Turn It On Again", 18),
    702: ("Land Of Confusion", 18),
    801: ("Kashmir", 19),
    901: ("Jessica", 20),
}


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


class FreeMidi(Service):
    name = "freemidi"
    robots = "User-agent: *\nAllow: /\n"
    sessions: ClassVar[str] = "PHPSESSID"

    def __init__(self, markup: Markup = "old", files: dict[int, bytes] | None = None) -> None:
        super().__init__()
        self.markup = markup
        self.files = files or {}
        self._opened: dict[str, set[int]] = {}  # session -> songs whose pages it has opened

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/search":
            return html_answer(_page(self._results(asked.query.get("q", ""))))
        if found := re.fullmatch(r"/artist-(\d+)-[\w-]*", asked.path):
            return self._artist(int(found[1]), int(asked.query.get("page", "1")))
        if found := re.fullmatch(r"/download3-(\d+)-[\w-]*", asked.path):
            return self._song(int(found[1]))
        if found := re.fullmatch(r"/getter-(\d+)", asked.path):
            return self._file(int(found[1]), asked)
        if asked.path == "/oops":
            return text_answer("", 500)
        return text_answer("Not Found", 404)

    def _results(self, wanted: str) -> str:
        words = set(wanted.lower().split())
        found = [
            (number, title, artist)
            for number, (title, artist) in SONGS.items()
            if words & {*title.lower().split(), *ARTISTS[artist].lower().split()}
        ]
        if not found:
            return "<h2>Songs</h2><p>No results found</p>"
        if self.markup == "changed":
            return "".join(f'<x-song data-id="{number}">{title}</x-song>' for number, title, _ in found)
        if self.markup == "new":
            return "<h2>Songs</h2>" + "".join(
                f'<div class="card"><div class="card-body"><h5><a href="/download3-{number}-{slug(title)}-'
                f'{slug(ARTISTS[artist])}">{title}</a></h5><a href="/artist-{artist}-{slug(ARTISTS[artist])}">'
                f"{ARTISTS[artist]}</a></div></div>"
                for number, title, artist in found
            )
        return "".join(
            f'<div class="search-song-container"><div class="search-song-title"><a href="download3-{number}-'
            f'{slug(title)}-{slug(ARTISTS[artist])}">{title}</a></div><div class="search-song-cat">'
            f'<a href="artist-{artist}-{slug(ARTISTS[artist])}">{ARTISTS[artist]}</a></div></div>'
            for number, title, artist in found
        )

    def _artist(self, number: int, page: int) -> Answer:
        if number not in ARTISTS:
            return text_answer("Not Found", 404)
        songs = [(each, title) for each, (title, artist) in SONGS.items() if artist == number]
        pages = -(-len(songs) // PER_PAGE)
        cells = "".join(
            f'<div class="artist-song-cell"><a href="download3-{each}-{slug(title)}">{title}</a></div>'
            for each, title in songs[(page - 1) * PER_PAGE : page * PER_PAGE]
        )
        here = f"artist-{number}-{slug(ARTISTS[number])}"
        links = "".join(f'<li><a href="{here}?page={each}">{each}</a></li>' for each in range(1, pages + 1))
        elsewhere = '<li><a href="http://elsewhere.example/artist-12-queen?page=9">9</a></li>'
        return html_answer(_page(f'{cells}<ul class="pagination">{links}{elsewhere}<li><a href="#">next</a></li></ul>'))

    def _song(self, number: int) -> Answer:
        if number not in SONGS:
            return text_answer("Not Found", 404)
        session = f"s{len(self._opened)}"
        self._opened[session] = {number}
        page = _page(f'<h1>{SONGS[number][0]}</h1><a href="getter-{number}">Download</a>')
        return html_answer(page, headers={"Set-Cookie": f"{self.sessions}={session}; path=/"})

    def _file(self, number: int, asked: Asked) -> Answer:
        cookie = re.search(rf"{self.sessions}=(\w+)", asked.headers.get("cookie", ""))
        opened = self._opened.get(cookie[1], set()) if cookie else set()
        if number not in opened or f"/download3-{number}-" not in asked.headers.get("referer", ""):
            return Answer(b"", 302, "text/html", {"Location": "/oops"})
        return Answer(self.files.get(number, drum_file(number)), content_type="application/octet-stream")


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Free MIDI</title></head><body>{body}</body></html>"
