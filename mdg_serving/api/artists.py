"""/artists: who is known, the profile of one, and taking one away or apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from mdg_core.artist import KEY_PATTERN, MAX_KEY_LENGTH, MAX_NAME_LENGTH, artist_key, clean_name
from mdg_core.errors import MdgError
from mdg_core.profile import StyleProfile
from mdg_core.store import artists, curations, profiles
from mdg_core.store.artists import StillMerged
from mdg_serving.api.params import ArtistInPath
from mdg_serving.api.research import no_profile
from mdg_serving.api.schemas import ArtistList, DeletedArtist, ListedArtist, UnmergeBody, Unmerged
from mdg_serving.database import Pooled, lend
from mdg_serving.problems import CHANGES, ApiError, responses
from mdg_serving.stored import NOT_MODIFIED, IfNoneMatch, Texts, answer, tag_of

router = APIRouter(tags=["artists"])


@router.get("/artists", responses=responses(e422="limit or cursor is out of range"))
def list_artists(
    request: Request,
    response: Response,
    pool: Pooled,
    q: Annotated[
        str | None,
        Query(
            max_length=MAX_NAME_LENGTH,
            description="a name or the beginning of one; slips, accents, case and the order of words do not matter",
            examples=["elvn jo"],
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="artists on a page")] = 100,
    cursor: Annotated[
        str | None,
        Query(
            max_length=MAX_KEY_LENGTH,
            pattern=f"^{KEY_PATTERN.pattern}$",
            description="the page after the artist of this key: `next_cursor` of the page before",
            examples=["elvin-jones"],
        ),
    ] = None,
) -> ArtistList:
    """The artists that have been asked for, by key; with `q` those whose names are near it, the nearest first.

    A page that is not the last says where the next one is, in `next_cursor` and in the header `Link` (rel="next").
    """
    typed = (q or "").strip()
    with lend(pool) as conn:
        if typed:
            found = artists.search(conn, typed, after=cursor, limit=limit + 1)
        else:
            found = artists.listed(conn, after=cursor or "", limit=limit + 1)
    following = found[limit - 1].key if len(found) > limit else None
    if following is not None:
        query = urlencode({"q": q, "limit": limit, "cursor": following} if q else {"limit": limit, "cursor": following})
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    rows = [ListedArtist(**asdict(item)) for item in found[:limit]]
    return ArtistList(artists=rows, next_cursor=following)


@router.get(
    "/artists/{artist:path}",
    responses=NOT_MODIFIED | responses(e404="the artist has no profile yet", e422="the name cannot be an artist's"),
    response_model=StyleProfile,
)
def get_artist(artist: ArtistInPath, request: Request, pool: Pooled, if_none_match: IfNoneMatch = None) -> Response:
    """The published profile: parameters with their evidence, feel, patterns, confidence."""
    texts: Texts = request.app.state.profile_texts
    with lend(pool) as conn:
        found = profiles.current(conn, artist_key(artist))
        if found is None:
            raise no_profile(conn, artist)
        tag = tag_of(found)
        return answer(tag, if_none_match, lambda: texts.get(tag, lambda: profiles.text_of(conn, found)))


@router.delete(
    "/artists/{artist:path}",
    responses=responses(
        e404="the artist is not known",
        e409="the name is merged into another artist, or others into it: unmerge first",
        e422="the name cannot be an artist's",
    ),
)
def delete_artist(artist: ArtistInPath, pool: Pooled) -> DeletedArtist:
    """Delete an artist, as for a name that was typed wrongly: profile, research, decisions, clips. Wants scope `admin`.

    A research under way is stopped. Files in the library stay where they are: a research of the name finds them again.
    """
    key = artist_key(artist)
    with lend(pool) as conn:
        try:
            deleted = artists.delete(conn, key)
        except StillMerged as error:
            raise ApiError(409, str(error)) from error
    if deleted is None:
        raise _unknown(artist)
    return DeletedArtist(
        artist=deleted.name,
        key=key,
        profile_versions=deleted.profile_versions,
        research_requests=deleted.research_requests,
        generations=deleted.generations,
        message=f"{deleted.name} is deleted; the pipeline drops its documents when it next looks. Files in your "
        "library stay, and a research of the name finds them again",
    )


@router.post(
    "/artists/{artist:path}/unmerge",
    responses=responses(
        **CHANGES,
        e404="the artist is not known",
        e409="the name is merged into no other artist",
        e413="the body is too large",
        e422="the name cannot be an artist's, or the note is missing",
    ),
)
def post_unmerge(artist: ArtistInPath, body: UnmergeBody, pool: Pooled) -> Unmerged:
    """Take a merge back: the name is an artist of its own again, with the last profile it had. Wants scope `admin`.

    Its documents leave the other artist, whose profile is then built anew.
    """
    key = artist_key(artist)
    with lend(pool) as conn:
        if (name := artists.name_of(conn, key)) is None:
            raise _unknown(artist)
        try:
            left = curations.unmerge(conn, key, note=body.note)
        except MdgError as error:
            raise ApiError(409, str(error)) from error
        other = artists.name_of(conn, left)
    return Unmerged(artist=name, key=key, left=left, message=f"{name} is an artist again, apart from {other}")


def _unknown(typed: str) -> ApiError:
    return ApiError(404, f"{clean_name(typed)} is not known here: nothing has been asked about this name")
