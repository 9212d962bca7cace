"""MusicBrainz: which artists a name may mean, and what is known of one. Its data is CC0.

Every field of an answer can be missing, null or of another type; what cannot be read is left out. Both functions
raise WebError, whose outcome says how the source failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mdg_pipeline.collect.fields import MAX_TEXT, line, part, rows, whole
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import BadAnswer
from mdg_pipeline.collect.web.page import Page, check_json, json_object
from mdg_pipeline.identity import Alias, Candidate, spellings
from mdg_pipeline.lineup import Membership

SOURCE = "musicbrainz"
_SEARCH_LIMIT = 100  # as many as one request gives: common names have dozens of bearers
_MAX_ALIASES = 20
_MAX_GENRES = 10
_MEMBER = "member of band"
_SUPPORTING = frozenset({"instrumental supporting musician", "supporting musician"})


@dataclass(frozen=True, slots=True)
class Details:
    """What a lookup gives of one artist."""

    artist: Candidate
    genres: tuple[str, ...]  # the most voted first; tags where nobody has voted for a genre
    memberships: tuple[Membership, ...]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names, those in general use first; what is kept only to catch misspellings is left out."""
        ranked = sorted((alias for alias in self.artist.aliases if not alias.hint), key=lambda alias: not alias.primary)
        names = dict.fromkeys(alias.name for alias in ranked)
        return tuple(name for name in names if name != self.artist.name)[:_MAX_ALIASES]


def search(client: WebClient, name: str, *, deadline: float) -> list[Candidate]:
    """The artists that MusicBrainz finds for a name, the best hit first."""
    quoted = ['"' + text.replace("\\", r"\\").replace('"', r"\"") + '"' for text in spellings(name)]
    query = " OR ".join(f"{field}:{text}" for text in quoted for field in ("artist", "alias", "sortname"))
    page = _get(client, "artist", {"query": query, "fmt": "json", "limit": _SEARCH_LIMIT}, deadline)
    return [] if page is None else [found for row in rows(json_object(page), "artists") if (found := candidate(row))]


def look_up(client: WebClient, mbid: str, *, deadline: float) -> Details | None:
    """The artist of that MBID, under its new one where two entries were merged; None when there is none."""
    page = _get(client, f"artist/{mbid}", {"inc": "aliases+tags+genres+artist-rels", "fmt": "json"}, deadline)
    if page is None:
        return None
    content = json_object(page)
    artist = candidate(content)
    if artist is None:
        raise BadAnswer(f"MusicBrainz's answer for artist {mbid} names no artist")
    genres = _votes(content, "genres") or artist.tags
    ranked = sorted((name for name, votes in genres.items() if votes > 0), key=lambda name: (-genres[name], name))
    memberships = tuple(found for row in rows(content, "relations") if (found := membership(row, artist)))
    return Details(artist, tuple(ranked[:_MAX_GENRES]), memberships)


def candidate(row: Mapping[str, Any]) -> Candidate | None:
    """An artist of a search or a lookup; None without a name and an MBID."""
    mbid, name = _mbid(row.get("id")), line(row.get("name"))
    if mbid is None or not name:
        return None
    life = part(row, "life-span")
    return Candidate(
        mbid=mbid,
        name=name,
        sort_name=line(row.get("sort-name")),
        aliases=tuple(_aliases(row)),
        kind=line(row.get("type")) or None,
        disambiguation=line(row.get("disambiguation")),
        area=line(part(row, "area").get("name")) or line(row.get("country")),
        begin=line(life.get("begin")),
        end=line(life.get("end")),
        ended=life.get("ended") is True,
        score=whole(row.get("score"), otherwise=100),
        tags=_votes(row, "tags"),
    )


def membership(row: Mapping[str, Any], artist: Candidate) -> Membership | None:
    """The relation, if it says that one artist plays with or for another.

    The relation runs from the player to the band: "forward" is written on the player's entry, "backward" on the
    band's.
    """
    kind, other = line(row.get("type")), part(row, "artist")
    name = line(other.get("name"))
    if kind not in _SUPPORTING | {_MEMBER} or not name:
        return None
    direction = row.get("direction")
    attributes = row.get("attributes")
    return Membership(
        other=name,
        other_mbid=_mbid(other.get("id")) or "",
        joins=direction == "forward" if direction in ("forward", "backward") else artist.kind == "Person",
        supporting=kind != _MEMBER,
        attributes=frozenset(map(line, attributes)) - {""} if isinstance(attributes, list) else frozenset(),
        begin=line(row.get("begin")),
        end=line(row.get("end")),
        ended=row.get("ended") is True,
    )


def _get(client: WebClient, path: str, params: Mapping[str, str | int], deadline: float) -> Page | None:
    """The page; None for "not found"."""
    url = f"{client.source(SOURCE).base_url}/{path}"
    page = client.get(SOURCE, url, params, deadline=deadline, robots=False, check=check_json)
    if page.status == 404:
        return None
    if not page.ok:
        raise BadAnswer(f"MusicBrainz refuses the question (status {page.status}): {page.text[:MAX_TEXT]}")
    return page


def _aliases(row: Mapping[str, Any]) -> Iterator[Alias]:
    for item in rows(row, "aliases"):
        if name := line(item.get("name")):
            yield Alias(
                name=name,
                sort_name=line(item.get("sort-name")),
                locale=line(item.get("locale")) or None,
                primary=item.get("primary") is True,
                hint=line(item.get("type")) == "Search hint",
            )


def _votes(row: Mapping[str, Any], name: str) -> dict[str, int]:
    named = {line(item.get("name")): whole(item.get("count"), otherwise=1) for item in rows(row, name)}
    return {tag: votes for tag, votes in named.items() if tag}


def _mbid(value: object) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
