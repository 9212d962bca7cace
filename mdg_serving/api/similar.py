"""GET /similar/{artist}: who plays alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from mdg_core.artist import artist_key
from mdg_core.store import artists, neighbours, profiles
from mdg_serving.api.params import ArtistInPath
from mdg_serving.api.research import no_profile
from mdg_serving.api.schemas import SimilarArtist, SimilarArtists
from mdg_serving.database import Pooled, lend
from mdg_serving.problems import responses

router = APIRouter(tags=["artists"])


@router.get(
    "/similar/{artist:path}",
    responses=responses(e404="the artist has no profile yet", e422="the name cannot be an artist's"),
)
def get_similar(artist: ArtistInPath, pool: Pooled, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> SimilarArtists:
    """Who plays alike, the most alike first; who shares a drummer or played together a little sooner.

    Artists are compared by their playing. Those of whom only words are known come last, compared by the words; so is
    everybody with an artist of whom only words are known.
    """
    key = artist_key(artist)
    with lend(pool) as conn:
        if profiles.published_stamp(conn, key) is None:
            raise no_profile(conn, artist)
        found = neighbours.similar(conn, key, limit=limit)
        meant = artists.find(conn, key)
    assert meant is not None
    return SimilarArtists(artist=meant.name, key=meant.key, similar=[SimilarArtist(**asdict(item)) for item in found])
