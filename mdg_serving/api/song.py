"""POST /song: a whole song by its form."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from mdg_drummer.request import SongRequest
from mdg_serving.api.flat import NotesFlat
from mdg_serving.api.generate import answer_to, answers
from mdg_serving.api.schemas import FlatSongResult, SongAccepted, SongResult
from mdg_serving.database import Pooled
from mdg_serving.headers import Prefer

router = APIRouter(tags=["generation"])


@router.post(
    "/song",
    response_description="the song",
    response_model=SongResult | FlatSongResult,
    responses=answers(SongAccepted),
)
async def post_song(
    body: SongRequest, request: Request, pool: Pooled, prefer: Prefer = None, notes_flat: NotesFlat = False
) -> Response:
    """A song in one MIDI file with markers, and its sections one by one: 200 within `Prefer: wait=N` seconds, else 202.

    The sections have one tempo and one family of grooves, fills lead from one into the next, and what comes again comes
    changed. An artist who is not known yet is researched first, as with POST /generate; a song in the most typical of
    the known styles stands in meanwhile.
    """
    return await answer_to(body, request, pool, prefer, notes_flat=notes_flat)
