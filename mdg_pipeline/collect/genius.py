"""Genius: who is credited with the drums on an artist's songs; lyrics are neither asked for nor kept.

Needs an access token. Raises WebError, whose outcome says how the source failed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from mdg_pipeline.collect.fields import line, part, rows
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import BadAnswer, Disabled
from mdg_pipeline.collect.web.page import check_json, json_object
from mdg_pipeline.identity import fold, without_article

SOURCE = "genius"
MAX_SONGS = 5
# credits for playing: not "Drum Programming", "Drum Technician", "Drum Engineer"
_PLAYS_DRUMS = re.compile(
    r"(?:(?:live|additional|acoustic) )?drums?(?: kit)?(?: ?(?:&|and|,) ?percussion)?|drummer", re.IGNORECASE
)


def check_enabled(client: WebClient) -> str:
    """The access token. Raises Disabled."""
    key = client.source(SOURCE).api_key
    if key is None:
        raise Disabled("genius needs an access token: set MDG_SOURCES__GENIUS__API_KEY")
    return key.get_secret_value()


def drum_credits(
    client: WebClient, names: Iterable[str], *, deadline: float, max_songs: int = MAX_SONGS
) -> Counter[str]:
    """Drummer -> number of songs, over the artist's best-known songs; the first of `names` is searched for."""
    names = list(names)
    wanted = {fold(without_article(name)) for name in names}
    found: Counter[str] = Counter()
    response = _get(client, "search", {"q": names[0]}, deadline)
    songs = [part(hit, "result") for hit in rows(response, "hits") if _is_by(part(hit, "result"), wanted)]
    ids = dict.fromkeys(song["id"] for song in songs if isinstance(song.get("id"), int))
    for song_id in list(ids)[:max_songs]:
        song = part(_get(client, f"songs/{song_id}", {"text_format": "plain"}, deadline), "song")
        found.update(_drummers(song))
    return found


def _is_by(song: Mapping[str, Any], wanted: set[str]) -> bool:
    """Whether the song is the artist's own. Genius writes other scripts with a transcription in brackets."""
    name = line(part(song, "primary_artist").get("name"))
    return any(fold(without_article(text)) in wanted for text in (name, name.partition(" (")[0]) if text)


def _drummers(song: Mapping[str, Any]) -> set[str]:
    return {
        name
        for credit in rows(song, "custom_performances")
        if _PLAYS_DRUMS.fullmatch(line(credit.get("label")))
        for artist in rows(credit, "artists")
        if (name := line(artist.get("name")))
    }


def _get(client: WebClient, path: str, params: Mapping[str, str | int], deadline: float) -> Mapping[str, Any]:
    """The `response` object of an answer; empty for "not found"."""
    token = check_enabled(client)
    url = f"{client.source(SOURCE).base_url}/{path}"
    headers = {"Authorization": f"Bearer {token}"}
    page = client.get(SOURCE, url, params, headers, deadline=deadline, robots=False, check=check_json)
    if page.status == 404:
        return {}
    if not page.ok:
        raise BadAnswer(f"Genius refuses the question (status {page.status})")
    return part(json_object(page), "response")
