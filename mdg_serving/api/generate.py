"""POST /generate and the MIDI files that come of it."""

from __future__ import annotations

import asyncio
import re
import time
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from mdg_core.artist import artist_key
from mdg_core.store import artists, generations, profiles, requests
from mdg_core.store.generations import Generation
from mdg_drummer.naming import file_name
from mdg_drummer.request import GenerationRequest
from mdg_serving.access import share_of
from mdg_serving.api.flat import NotesFlat, flattened
from mdg_serving.api.research import refuse_ambiguous
from mdg_serving.api.schemas import FlatGenerationResult, GenerationAccepted, GenerationResult
from mdg_serving.api.tasks import parse_id, research_message
from mdg_serving.database import Pool, Pooled, lend
from mdg_serving.problems import CHANGES, ApiError, Responses, responses

router = APIRouter(tags=["generation"])

MAX_WAIT_SECONDS = 120.0
_POLL_SECONDS = 0.25
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?(?:$|[,;\s])")

_ACCEPTED: Responses = {
    202: {"model": GenerationAccepted, "description": "not done yet, or researched first: see /task"}
}
_MIDI: Responses = {200: {"content": {"audio/midi": {}}, "description": "the file"}}


@router.post(
    "/generate",
    response_model=GenerationResult | FlatGenerationResult,
    responses=_ACCEPTED
    | responses(
        **CHANGES,
        e409="several artists have the name: `candidates` lists them, POST /research decides",
        e413="the body is too large",
        e422="the request cannot be used; `errors` says why",
    ),
)
async def post_generate(
    body: GenerationRequest,
    request: Request,
    pool: Pooled,
    prefer: Annotated[str | None, Header()] = None,
    notes_flat: NotesFlat = False,
) -> Response:
    """Clips in an artist's style: 200 with the result when it is there within `Prefer: wait=N` seconds, else 202.

    An artist who is not known yet is researched first; then the answer is 202 at once, with clips in the most
    typical of the known styles as a stand-in, unless the client says how long it wants to wait.
    """
    asked = wait_seconds(prefer)
    state = request.app.state
    wait = state.settings.generation.wait_seconds if asked is None else asked
    began = time.monotonic()
    if wait > 0:
        made = await to_thread.run_sync(_at_once, pool, body, state, limiter=state.makers)
        if made is not None:
            return JSONResponse(flattened(made) if notes_flat else made)
    task, accepted = await run_in_threadpool(_begin, pool, body, request)
    request.state.task_id = str(task.id)
    if task.status == "queued":
        state.worker.wake()
    if task.research_id is None or asked:
        # a server that stops keeps nobody waiting for what another one will do
        while task.is_open and time.monotonic() - began < wait and not state.stopping.has_begun:
            await asyncio.sleep(_POLL_SECONDS)
            task = await run_in_threadpool(_look, pool, task)
    return _answer(task, accepted, notes_flat=notes_flat)


@router.get(
    "/generations/{generation_id}/{index}.mid",
    response_class=Response,
    responses=_MIDI | responses(e404="no such clip"),
)
def get_clip(generation_id: str, index: str, pool: Pooled) -> Response:
    """One variation as a Standard MIDI File."""
    wanted = parse_id(generation_id, "generation")
    number = int(index) if re.fullmatch("[1-8]", index) else 0
    with lend(pool) as conn:
        data = generations.clip(conn, wanted, number)
        task = generations.get(conn, wanted) if data else None
    if data is None or task is None or task.result is None:
        raise ApiError(404, f"there is no clip {index[:20]} of generation {wanted}")
    name = file_name(task.artist_key, task.result["seed"], number, data)
    return Response(data, media_type="audio/midi", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def wait_seconds(prefer: str | None) -> float | None:
    """The wait that a Prefer header (RFC 7240) asks for, in seconds; None when it says nothing of it."""
    if prefer is None:
        return None
    if found := _WAIT.search(prefer):
        return min(float(found[1]), MAX_WAIT_SECONDS)
    return 0.0 if "respond-async" in prefer else None


def _at_once(pool: Pool, body: GenerationRequest, state: State) -> dict[str, Any] | None:
    """The result where templates answer and the artist is known. Raises ApiError 422 for a profile without grooves."""
    # numpy and the humaniser behind it are a fifth of the server's start; the worker loads them meanwhile
    from mdg_drummer.plan import NothingToPlay  # noqa: PLC0415
    from mdg_serving.generation.service import perform_at_once  # noqa: PLC0415

    tools = state.tools()
    if tools.models.wanted(body.provider):
        return None
    try:
        return perform_at_once(partial(lend, pool), body, tools)
    except NothingToPlay as error:
        raise ApiError(422, str(error)) from error


def _begin(pool: Pool, body: GenerationRequest, asked: Request) -> tuple[Generation, dict[str, Any]]:
    """The stored task, and what a 202 would say beside it."""
    from mdg_serving.generation.service import check, provisional, submit  # noqa: PLC0415

    tools = asked.app.state.tools()
    with lend(pool) as conn:
        check(conn, body, tools)
        if profiles.published_stamp(conn, artist_key(body.artist)):
            task = submit(conn, body)
            said: dict[str, Any] = {"research_task_id": None, "message": "in the queue", "provisional": None}
        else:
            artist = artists.find_or_create(conn, body.artist)
            refuse_ambiguous(conn, artist)
            research, _ = requests.submit(conn, artist.key, share=share_of(asked))
            message = f"{artist.name} is not known yet and is researched first: {research_message(conn, research)}"
            said = {"research_task_id": str(research.id), "message": message}
            task = submit(conn, body, research_id=research.id)
    if task.research_id:
        said["provisional"] = provisional(partial(lend, pool), body, tools)
        if said["provisional"] is None:
            said["message"] = f"{said['message']}; no other artist can stand in"
    return task, said


def _look(pool: Pool, task: Generation) -> Generation:
    with lend(pool) as conn:
        return generations.get(conn, task.id) or task


def _answer(task: Generation, accepted: dict[str, Any], *, notes_flat: bool) -> Response:
    if task.status == "completed":
        assert task.result is not None
        return JSONResponse(flattened(task.result) if notes_flat else task.result)
    if task.status == "failed":
        raise ApiError(422, task.error or "the generation failed")
    if notes_flat and accepted["provisional"]:
        accepted = accepted | {"provisional": flattened(accepted["provisional"])}
    body = {"task_id": str(task.id), "status": task.status, **accepted}
    return JSONResponse(body, status_code=202, headers={"Location": f"/api/v1/task/{task.id}"})
