"""GET /similar/{artist}: who plays alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response

from mdg_core.artist import artist_key
from mdg_serving.api.flat import Flat, numbered
from mdg_serving.api.params import ArtistInPath
from mdg_serving.api.research import no_profile
from mdg_serving.api.schemas import FlatSimilarArtist, FlatSimilarArtists, SimilarArtist, SimilarArtists
from mdg_serving.database import Pooled, lend
from mdg_serving.problems import responses
from mdg_serving.stored import NOT_MODIFIED, IfNoneMatch, answer, tag_of

router = APIRouter(tags=["artists"])


@router.get(
    "/similar/{artist:path}",
    responses=NOT_MODIFIED | responses(e404="the artist has no profile yet", e422="the name cannot be an artist's"),
    response_model=SimilarArtists | FlatSimilarArtists,
)
def get_similar(
    artist: ArtistInPath,
    pool: Pooled,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    flat: Flat = False,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Who plays alike, the most alike first; who shares a drummer or played together a little sooner.

    Artists are compared by their playing. Those of whom only words are known come last, compared by the words; so is
    everybody with an artist of whom only words are known.
    """
    from mdg_core.store import neighbours  # noqa: PLC0415 - it brings numpy, and the server is to start soon

    key = artist_key(artist)
    with lend(pool) as conn:
        own = neighbours.placed_of(conn, key)
        if own is None:
            raise no_profile(conn, artist)
        found = neighbours.near(conn, own, limit=limit)
    said: SimilarArtists | FlatSimilarArtists
    if flat:
        alike = {rank: FlatSimilarArtist(**item) for rank, item in numbered(asdict(item) for item in found).items()}
        said = FlatSimilarArtists(artist=own.name, key=own.key, count=len(alike), similar=alike)
    else:
        similar = [SimilarArtist(**asdict(item)) for item in found]
        said = SimilarArtists(artist=own.name, key=own.key, similar=similar)
    text = said.model_dump_json().encode()
    return answer(tag_of(text), if_none_match, lambda: text)
