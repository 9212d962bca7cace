"""GET /artists and GET /artists/{artist}: who is known, and the profile of one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mdg_core.artist import artist_key
from mdg_core.profile import StyleProfile
from mdg_core.store import artists, profiles
from mdg_serving.api.research import no_profile
from mdg_serving.api.schemas import ArtistList, ListedArtist
from mdg_serving.database import Pooled, lend
from mdg_serving.problems import responses
from mdg_serving.stored import NOT_MODIFIED, IfNoneMatch, Texts, answer, tag_of

router = APIRouter(tags=["artists"])


@router.get("/artists", responses=responses(e422="limit is out of range"))
def list_artists(
    pool: Pooled,
    q: Annotated[str | None, Query(max_length=200, description="part of the name")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ArtistList:
    """Artists that have been asked for, by name."""
    # a NUL is valid in a URL and not in Postgres
    text = q.replace("\x00", "").strip() if q else None
    with lend(pool) as conn:
        found = artists.search(conn, text or None, limit=limit)
    return ArtistList(artists=[ListedArtist(**asdict(item)) for item in found])


@router.get(
    "/artists/{artist:path}",
    responses=NOT_MODIFIED | responses(e404="the artist has no profile yet", e422="the name cannot be an artist's"),
    response_model=StyleProfile,
)
def get_artist(artist: str, request: Request, pool: Pooled, if_none_match: IfNoneMatch = None) -> Response:
    """The published profile: parameters with their evidence, feel, patterns, confidence."""
    texts: Texts = request.app.state.profile_texts
    with lend(pool) as conn:
        found = profiles.current(conn, artist_key(artist))
        if found is None:
            raise no_profile(conn, artist)
        tag = tag_of(found)
        return answer(tag, if_none_match, lambda: texts.get(tag, lambda: profiles.text_of(conn, found)))
