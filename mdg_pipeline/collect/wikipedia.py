"""Wikipedia: the pages of the artist, the drummers, and songs whose tempo is given (MediaWiki Action API).

Quick depth reads the artist and the drummers; full depth adds songs, and further rounds the next songs and the
drummers' other bands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from mdg_pipeline.analyse.text import Subject
from mdg_pipeline.analyse.text.clean import clean
from mdg_pipeline.analyse.text.documents import Article, by_lines
from mdg_pipeline.collect.articles_common import Trail, folded, follow, names, subject_of
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import JSON, WebClient
from mdg_pipeline.collect.web.errors import BadAnswer, Blocked, Throttled, Unreachable
from mdg_pipeline.collect.web.page import json_object

SOURCE = "wikipedia"
TRUST = 0.7
LICENCE = "CC BY-SA 4.0, Wikipedia contributors"
_SEARCHED = 10  # results of a search that are looked at
_TRIED = 3  # pages read until one is the artist's
_SONGS = 5  # a round
_MAX_DRUMMERS = 6
_MAX_BANDS = 5
_MAX_TITLE = 300

_MUSIC = (
    r"(?:band|musicians?|drummer|percussionist|rapper|singer|songwriter|(?:record |music |hip[- ]hop )?producer|DJ"
    r"|disc jockey|"
    r"(?:musical |rock |jazz |hip[- ]hop )?(?:group|duo|trio|quartet|quintet|ensemble|collective)|composer"
    r"|bandleader|beatmaker|"
    r"instrumentalist|guitarist|bassist|pianist|multi-instrumentalist|orchestra|supergroup|act)"
)
_LEAD_IS_MUSICAL = re.compile(rf"\b(?:is|was|are|were)\b[^.]{{0,200}}?\b{_MUSIC}s?\b", re.IGNORECASE)
_LEAD_IS_DRUMMER = re.compile(r"\b(?:drumm|percussion|drums|musician|multi-instrumentalist|producer)", re.IGNORECASE)
_LEAD_IS_SONG = re.compile(
    r"\b(?:is|was)\b[^.]{0,120}?\b(?:song|single|track|instrumental|composition|piece)\b", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"^(.+?) \((.+)\)$")
_MUSICAL_BRACKETS = re.compile(rf"\b{_MUSIC}\b", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"^(?:references|notes|footnotes|citations|sources|bibliography|further reading|external links|see also"
    r"|discography|filmography|"
    r"(?:band )?members|personnel|line-?ups?|track listings?|charts?|weekly charts|certifications?|awards.*"
    r"|release history|credits.*|"
    r"accolades|tours)$",
    re.IGNORECASE,
)
_NATIONALITY = re.compile(r"(?:ish|ese|an|ch|ek|ic)$|^(?:The|UK|US)$")
_HEADING = re.compile(r"^=+\s*(.*?)\s*=+\s*$")


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    url: str
    text: str
    lead: str
    fetched_at: datetime


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """Articles on the artist's drumming. Needs a contact in the settings."""
    return follow(SOURCE, TRUST, query, effort, client, _steps)


def _steps(trail: Trail) -> None:
    query, effort = trail.query, trail.effort
    if effort.round == 0:
        entry = _person_or_band(trail, (query.name, *query.aliases), "band OR musician OR drummer", _is_musical)
        if entry is not None:
            trail.keep(_article(entry), entry.fetched_at)
        for drummer in query.drummers[:_MAX_DRUMMERS]:
            if folded(drummer) != folded(query.name) and trail.has_time():
                entry = _person_or_band(trail, (drummer,), "drummer", _is_drummer)
                if entry is not None:
                    trail.keep(_article(entry), entry.fetched_at)
    if effort.depth == "quick":
        trail.more = True
        return
    if effort.round == 1:
        for band in query.bands[:_MAX_BANDS]:
            if trail.has_time():
                entry = _person_or_band(trail, (band,), "band", _is_musical)
                if entry is not None:
                    # others drum there too: only what stands beside the drummers' names
                    trail.keep(_article(entry), entry.fetched_at, subject=_drummers(query), about_artist=False)
    _songs(trail)
    trail.more = trail.more or (effort.round == 0 and bool(query.bands))


def _songs(trail: Trail) -> None:
    """Songs of the artist whose articles give a tempo."""
    phrase = f'"{trail.query.name}" song drums "beats per minute"'
    found, more = _search(trail, phrase, offset=trail.effort.round * _SEARCHED)
    trail.more = trail.more or more
    kept = 0
    for title in found:
        if kept == _SONGS or not trail.has_time():
            break
        plain = _IN_BRACKETS.sub(r"\1", title)
        if folded(plain) in {folded(name) for name in (trail.query.name, *trail.query.drummers)}:
            continue
        entry = _page(trail, title)
        # the artist of the song is named in its first words; a cover's is not
        if entry is not None and _LEAD_IS_SONG.search(entry.lead) and _is_by_artist(entry.lead, trail.query):
            kept += trail.keep(_article(entry), entry.fetched_at, subject=subject_of(trail.query, plain))


def _person_or_band(trail: Trail, wanted: tuple[str, ...], hint: str, fits: Callable[[str], bool]) -> _Entry | None:
    """The page of that name that is about music, homonyms passed over."""
    found, _ = _search(trail, f'"{wanted[0]}" {hint}')
    for title in list(_by_name(found, wanted))[:_TRIED]:
        if not trail.has_time():
            return None
        entry = _page(trail, title)
        if entry is not None and fits(entry.lead):
            return entry
    return None


def _by_name(titles: list[str], wanted: tuple[str, ...]) -> Iterator[str]:
    """Titles of that name, those first that say they are musical ("Genesis (band)")."""
    keys = {folded(name).removeprefix("the ") for name in wanted}

    def bare(title: str) -> tuple[str, str]:
        match = _IN_BRACKETS.match(title)
        return (match[1], match[2]) if match else (title, "")

    same = [title for title in titles if folded(bare(title)[0]).removeprefix("the ") in keys]
    musical = [title for title in same if _MUSICAL_BRACKETS.search(bare(title)[1])]
    yield from musical
    yield from (title for title in same if not bare(title)[1])
    # a redirect or a title without brackets need not be among the results
    yield from (name for name in wanted[:1] if name not in same)


def _search(trail: Trail, phrase: str, *, offset: int = 0) -> tuple[list[str], bool]:
    """Titles, best first, and whether there are more."""
    content = _ask(trail, {"list": "search", "srsearch": phrase[:_MAX_TITLE], "srlimit": _SEARCHED, "sroffset": offset})
    if content is None:
        return [], False
    hits = _dig(content[0], "query", "search")
    if not isinstance(hits, list):
        trail.spoil(BadAnswer(f"{SOURCE} answers a search without a list of results"))
        return [], False
    titles = [hit["title"] for hit in hits if isinstance(hit, dict) and isinstance(hit.get("title"), str)]
    return titles[:_SEARCHED], "continue" in content[0]


def _page(trail: Trail, title: str) -> _Entry | None:
    """The text of a page, its redirects followed; None for what is missing or only lists meanings."""
    content = _ask(
        trail,
        {
            "prop": "extracts|pageprops|info",
            "ppprop": "disambiguation",
            "inprop": "url",
            "explaintext": 1,
            "exsectionformat": "wiki",
            "redirects": 1,
            "titles": title[:_MAX_TITLE],
        },
    )
    if content is None:
        return None
    pages = _dig(content[0], "query", "pages")
    page = next(iter(pages.values()), None) if isinstance(pages, dict) and pages else None
    if not isinstance(page, dict):
        trail.spoil(BadAnswer(f"{SOURCE} answers for {title!r} without a page"))
        return None
    extract, name = page.get("extract"), page.get("title")
    if "missing" in page or "invalid" in page or "disambiguation" in (page.get("pageprops") or {}):
        return None
    if not isinstance(extract, str) or not isinstance(name, str) or not extract.strip():
        return None
    text = clean(extract)
    lead = text.partition("\n==")[0].strip()[:1500]
    if re.search(r"\bmay (?:also )?refer to:", lead[:300]):
        return None
    return _Entry(clean(name)[:_MAX_TITLE], _url(trail, page, name), _prose(text), lead, content[1])


def _ask(trail: Trail, params: dict[str, str | int]) -> tuple[dict[str, Any], datetime] | None:
    page = trail.page(
        f"{trail.base_url}/api.php", {"action": "query", "format": "json", **params}, accept=JSON, robots=False
    )
    if page is None:
        return None
    try:
        content = json_object(page)
    except BadAnswer as bad:
        trail.spoil(bad)
        return None
    error = content.get("error")
    if isinstance(error, dict):
        code = clean(str(error.get("code")))[:60]
        kind = Throttled if code in ("ratelimited", "maxlag") else Blocked if code == "blocked" else Unreachable
        raise kind(f"{SOURCE} refuses the query: {code}")
    return content, page.fetched_at


def _prose(text: str) -> str:
    """Without the sections that hold lists and references."""
    kept: list[str] = []
    skipped_level = 0
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            level = len(line) - len(line.lstrip("="))
            if skipped_level == 0 or level <= skipped_level:
                skipped_level = level if _LEFT_OUT.match(heading[1]) else 0
        elif not skipped_level:
            kept.append(line)
    return by_lines("\n".join(kept))


def _is_musical(lead: str) -> bool:
    return bool(_LEAD_IS_MUSICAL.search(lead[:600]))


def _is_drummer(lead: str) -> bool:
    return bool(_LEAD_IS_DRUMMER.search(lead[:600]))


def _is_by_artist(lead: str, query: ArtistQuery) -> bool:
    """Whether a song's lead names the artist, and not somebody whose name holds the artist's ("Pia Lever Moss")."""
    head = lead[:400]
    for match in subject_of(query).whole_names.finditer(head):
        before = re.search(r"([A-Z][\w-]*) $", head[: match.start()])
        longer = before is not None and not _NATIONALITY.search(before[1])
        if not longer and not re.match(r" [A-Z]", head[match.end() :]):
            return True
    # spelt otherwise than in the query
    return not subject_of(query).whole_names.search(head) and any(
        names(head, name) for name in (query.name, *query.aliases, *query.bands)
    )


def _drummers(query: ArtistQuery) -> Subject:
    people = query.drummers or (query.name,)
    return Subject(people, people)


def _url(trail: Trail, page: dict[str, Any], title: str) -> str:
    stated = page.get("fullurl")
    if isinstance(stated, str) and re.match(r"https?://\S+$", stated):
        return stated[:1000]
    parts = urlsplit(trail.base_url)
    return f"{parts.scheme}://{parts.netloc}/wiki/{quote(title.replace(' ', '_'))}"


def _article(entry: _Entry) -> Article:
    return Article(f"{entry.title} (Wikipedia)", entry.url, SOURCE, LICENCE, entry.text)


def _dig(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content
