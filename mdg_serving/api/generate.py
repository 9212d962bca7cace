"""POST /generate, and how a generation is answered: with the result when it is there in time, else with a task."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from mdg_core.artist import artist_key
from mdg_core.store import artists, generations, profiles, requests
from mdg_core.store.connect import Connection
from mdg_core.store.generations import Generation
from mdg_core.store.requests import ResearchRequest
from mdg_drummer.request import Asked, GenerationRequest
from mdg_serving.access import share_of
from mdg_serving.api.flat import NotesFlat, flattened
from mdg_serving.api.research import refuse_ambiguous
from mdg_serving.api.schemas import FlatGenerationResult, GenerationAccepted, GenerationResult
from mdg_serving.changes import Changes
from mdg_serving.database import Pool, Pooled, lend
from mdg_serving.headers import Prefer, wait_seconds
from mdg_serving.problems import CHANGES, ApiError, Responses, responses
from mdg_serving.task_view import research_message

if TYPE_CHECKING:
    from mdg_serving.generation.service import AtOnce

router = APIRouter(tags=["generation"])


def answers(accepted: type[BaseModel]) -> Responses:
    """What a generation is answered with beside its result."""
    declared = responses(
        **CHANGES,
        e409="several artists have the name: `candidates` lists them, POST /research decides; or it was cancelled",
        e413="the body is too large",
        e422="the request cannot be used; `detail` says why",
    )
    return {202: {"model": accepted, "description": "not done yet, or researched first: see /task"}} | declared


@router.post(
    "/generate",
    response_description="the clips",
    response_model=GenerationResult | FlatGenerationResult,
    responses=answers(GenerationAccepted),
)
async def post_generate(
    body: GenerationRequest, request: Request, pool: Pooled, prefer: Prefer = None, notes_flat: NotesFlat = False
) -> Response:
    """Clips in an artist's style: 200 with the result when it is there within `Prefer: wait=N` seconds, else 202.

    An artist who is not known yet is researched first; then the answer is 202 at once, with clips in the most
    typical of the known styles as a stand-in, unless the client says how long it wants to wait.
    """
    return await answer_to(body, request, pool, prefer, notes_flat=notes_flat)


async def answer_to(body: Asked, request: Request, pool: Pool, prefer: str | None, *, notes_flat: bool) -> Response:
    """200 with the result within the wait that is asked for, else 202 with the task. Raises ApiError."""
    asked = wait_seconds(prefer)
    state = request.app.state
    wait = state.settings.generation.wait_seconds if asked is None else asked
    began = time.monotonic()
    if wait > 0:
        made = await to_thread.run_sync(_at_once, pool, body, state, limiter=state.makers)
        if made is not None:
            if notes_flat:
                return JSONResponse(flattened(made.result))
            return Response(made.text, media_type="application/json")
    task, accepted = await run_in_threadpool(_begin, pool, body, request)
    request.state.task_id = str(task.id)
    if task.status == "queued":
        state.worker.wake()
    left = wait - (time.monotonic() - began)
    if left > 0 and (task.research_id is None or asked):
        changes: Changes = state.changes
        task = await changes.until_ended(task.id, "generation", partial(_look, pool, task), _is_open, left)
    return _answer(task, accepted, notes_flat=notes_flat)


def _at_once(pool: Pool, body: Asked, state: State) -> AtOnce | None:
    """The result where templates answer and the artist is known. Raises ApiError 422 for a profile without grooves."""
    # numpy and the humaniser behind it are a fifth of the server's start; the worker loads them meanwhile
    from mdg_drummer.plan import NothingToPlay  # noqa: PLC0415
    from mdg_serving.generation.service import perform_at_once  # noqa: PLC0415

    tools = state.tools()
    if isinstance(body, GenerationRequest) and tools.models.wanted(body.provider):
        return None
    try:
        return perform_at_once(partial(lend, pool), body, tools)
    except NothingToPlay as error:
        raise ApiError(422, str(error)) from error


def _begin(pool: Pool, body: Asked, asked: Request) -> tuple[Generation, dict[str, Any]]:
    """The stored task, and what a 202 would say beside it."""
    from mdg_serving.generation.service import provisional  # noqa: PLC0415

    tools = asked.app.state.tools()
    with lend(pool) as conn:
        task, research = queue_generation(conn, body, asked)
        if research is None:
            return task, {"research_task_id": None, "message": "in the queue", "provisional": None}
        name = artists.name_of(conn, task.artist_key) or body.artist
        message = f"{name} is not known yet and is researched first: {research_message(conn, research)}"
    clips = provisional(partial(lend, pool), body, tools)
    if clips is None:
        message = f"{message}; no other artist can stand in"
    return task, {"research_task_id": str(research.id), "message": message, "provisional": clips}


def queue_generation(conn: Connection, body: Asked, asked: Request) -> tuple[Generation, ResearchRequest | None]:
    """The stored task, and the research of an artist who is not known yet. Raises UsageError, ApiError, TooManyOpen."""
    from mdg_serving.generation.service import check, submit  # noqa: PLC0415

    check(conn, body, asked.app.state.tools())
    if profiles.current(conn, artist_key(body.artist)):
        return submit(conn, body), None
    artist = artists.find_or_create(conn, body.artist)
    refuse_ambiguous(conn, artist)
    research, _ = requests.submit(conn, artist.key, share=share_of(asked))
    return submit(conn, body, research_id=research.id), research


def _is_open(task: Generation) -> bool:
    return task.is_open


def _look(pool: Pool, task: Generation) -> Generation:
    with lend(pool) as conn:
        return generations.get(conn, task.id) or task


def _answer(task: Generation, accepted: dict[str, Any], *, notes_flat: bool) -> Response:
    if task.status == "completed":
        assert task.result is not None
        return JSONResponse(flattened(task.result) if notes_flat else task.result)
    if task.status == "failed":
        raise ApiError(422, task.error or "the generation failed")
    if task.status == "cancelled":
        raise ApiError(409, "the generation was cancelled")
    if notes_flat and accepted["provisional"]:
        accepted = accepted | {"provisional": flattened(accepted["provisional"])}
    body = {"task_id": str(task.id), "status": task.status, **accepted}
    return JSONResponse(body, status_code=202, headers={"Location": f"/api/v1/task/{task.id}"})
