"""GET /task/{id}: how far a research request or a generation is."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from mdg_core.store import generations, heartbeat, requests
from mdg_core.store.connect import Connection
from mdg_core.store.generations import Generation
from mdg_core.store.requests import ResearchRequest
from mdg_serving.api.flat import NotesFlat, flattened
from mdg_serving.api.schemas import Task
from mdg_serving.database import Pooled, lend
from mdg_serving.problems import ApiError, responses

router = APIRouter(tags=["tasks"])

WAITING_FOR_PIPELINE = (
    "the research pipeline is not running: the request waits and is worked on once `mdg up` has started it"
)
# research is the long part of a generation that waits for it
_RESEARCH_SHARE = 0.9
_GENERATING = 95


@router.get("/task/{task_id}", summary="See how far a task is", responses=responses(e404="no such task"))
def get_task(task_id: str, pool: Pooled, notes_flat: NotesFlat = False) -> Task:
    """Progress and result of a task that /research, /augment or /generate has answered with."""
    wanted = parse_id(task_id, "task")
    with lend(pool) as conn:
        research = requests.get(conn, wanted)
        if research:
            return _research_task(conn, research)
        generation = generations.get(conn, wanted)
        if generation:
            task = _generation_task(conn, generation)
            return task.model_copy(update={"result": flattened(task.result)}) if notes_flat and task.result else task
    raise ApiError(404, f"there is no task {task_id}")


def parse_id(text: str, kind: str) -> UUID:
    """Raises ApiError 404: what is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise ApiError(404, f"there is no {kind} {text[:60]!r}") from None


def research_message(conn: Connection, request: ResearchRequest) -> str:
    if request.status == "queued" and not heartbeat.pipeline_is_alive(conn):
        return WAITING_FOR_PIPELINE
    return request.message or {"queued": "waiting for its turn"}.get(request.status, request.status)


def _research_task(conn: Connection, request: ResearchRequest) -> Task:
    return Task(
        task_id=str(request.id),
        kind=request.kind,
        artist_key=request.artist_key,
        status=request.status,
        progress=request.progress,
        stage=request.stage,
        message=research_message(conn, request),
        error=request.error,
        result=request.result,
    )


def _generation_task(conn: Connection, task: Generation) -> Task:
    research = requests.get(conn, task.research_id) if task.research_id else None
    progress, stage, message = {"queued": 0, "generating": _GENERATING, "completed": 100}.get(task.status, 0), "", ""
    if task.status == "researching" and research:
        progress = round(research.progress * _RESEARCH_SHARE)
        stage, message = f"research: {research.stage}", research_message(conn, research)
    return Task(
        task_id=str(task.id),
        kind="song" if "form" in task.request else "generation",
        artist_key=task.artist_key,
        status=task.status,
        progress=progress,
        stage=stage or task.status,
        message=message or (task.is_open and task.message) or task.status,
        error=task.error,
        result=task.result,
    )
