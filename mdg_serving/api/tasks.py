"""GET /task/{id}, and POST .../cancel and .../retry: how far a research request or a generation is, and its end."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from mdg_core.settings import Settings
from mdg_core.store import artists, generations, requests
from mdg_core.store.connect import Connection
from mdg_core.store.generations import Generation
from mdg_core.store.requests import MeansAnother, ResearchRequest
from mdg_drummer.request import stored_request
from mdg_serving.access import share_of
from mdg_serving.api.flat import NotesFlat, flattened
from mdg_serving.api.generate import queue_generation
from mdg_serving.api.research import refuse_ambiguous
from mdg_serving.api.schemas import FlatTaskSource, Task
from mdg_serving.changes import Changes
from mdg_serving.database import Pool, Pooled, lend
from mdg_serving.headers import ClientName, Prefer, wait_seconds
from mdg_serving.problems import CHANGES, ApiError, responses
from mdg_serving.task_view import parse_id, row_of, task_of

router = APIRouter(tags=["tasks"])


@router.get(
    "/task/{task_id}",
    responses=responses(e404="no such task", e422="a header or parameter cannot be read"),
)
async def get_task(
    task_id: str, request: Request, pool: Pooled, prefer: Prefer = None, notes_flat: NotesFlat = False
) -> Task:
    """Progress and result of a task that /research, /augment, /generate or a retry has answered with.

    With `Prefer: wait=N` the answer comes when the task has ended, or after N seconds as the task is then. To follow
    every step, see `/task/{task_id}/events`.
    """
    wanted = parse_id(task_id, "task")
    read = partial(read_task, pool, wanted, places_of(request))
    if seconds := wait_seconds(prefer):
        changes: Changes = request.app.state.changes
        task = await changes.until_ended(wanted, "task", read, Task.is_open, seconds)
    else:
        task = await run_in_threadpool(read)
    if not notes_flat:
        return task
    return _flat(task)


@router.post(
    "/task/{task_id}/cancel",
    responses=responses(
        **CHANGES, e404="no such task", e409="the task has ended already", e422="a header cannot be read"
    ),
)
def cancel_task(task_id: str, request: Request, pool: Pooled, x_mdg_client: ClientName = "docs") -> Task:
    """End a task, for everybody who waits for it; one that is cancelled already stays so.

    A research that is under way stops within seconds. A profile that was there stays as it is. The research that a
    generation waits for is a task of its own and goes on.
    """
    wanted = parse_id(task_id, "task")
    with lend(pool) as conn:
        row = row_of(conn, wanted)
        ended = (requests if isinstance(row, ResearchRequest) else generations).cancel(conn, wanted) or row
        if ended.status != "cancelled":
            raise ApiError(409, f"the task has ended already: {ended.status}")
        return task_of(conn, ended, places=places_of(request))


@router.post(
    "/task/{task_id}/retry",
    status_code=202,
    responses=responses(
        **CHANGES,
        e404="no such task",
        e409="the task has not failed; or several artists have the name, see `candidates`",
        e422="what was asked for cannot be asked for any more",
    ),
)
def retry_task(
    task_id: str, request: Request, response: Response, pool: Pooled, x_mdg_client: ClientName = "docs"
) -> Task:
    """Ask again for what a task that failed or was cancelled was to do. The answer is the new task."""
    with lend(pool) as conn:
        row = row_of(conn, parse_id(task_id, "task"))
        if row.is_open:
            raise ApiError(409, f"the task is still under way: {row.status}")
        if row.status == "completed":
            raise ApiError(409, "the task was done: ask for another one where it was asked for")
        again = _again(conn, row, request)
        if isinstance(again, Generation) and again.status == "queued":
            request.app.state.worker.wake()
        response.headers["Location"] = f"/api/v1/task/{again.id}"
        return task_of(conn, again, places=places_of(request))


def read_task(pool: Pool, task_id: UUID, places: int) -> Task:
    """Raises ApiError 404."""
    with lend(pool) as conn:
        return task_of(conn, row_of(conn, task_id), places=places)


def _flat(task: Task) -> Task:
    result = flattened(task.result) if task.result and task.kind in ("generation", "song") else task.result
    sources = {
        str(place): FlatTaskSource.model_validate(source, from_attributes=True)
        for place, source in enumerate(task.sources, 1)
    }
    return task.model_copy(update={"result": result, "sources": sources})


def places_of(request: Request) -> int:
    """How many researches run side by side."""
    settings: Settings = request.app.state.settings
    return settings.research.max_concurrent_runs


def _again(conn: Connection, row: ResearchRequest | Generation, asked: Request) -> ResearchRequest | Generation:
    if isinstance(row, Generation):
        try:
            body = stored_request(row.request)
        except ValidationError as error:
            raise ApiError(422, "the task is of another version of this program: ask for it anew") from error
        return queue_generation(conn, body, asked)[0]
    artist = artists.find(conn, row.artist_key)
    if artist is not None and row.mbid is None:
        refuse_ambiguous(conn, artist)
    try:
        again, _ = requests.submit(
            conn,
            row.artist_key,
            kind=row.kind,
            depth=row.depth,
            library=row.library,
            mbid=row.mbid,
            share=share_of(asked),
        )
    except MeansAnother as error:
        raise ApiError(409, str(error)) from error
    return again
