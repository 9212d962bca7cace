"""Research requests and generations as the API shows them: as tasks."""

from __future__ import annotations

from uuid import UUID

from mdg_core.store import generations, heartbeat, requests
from mdg_core.store.connect import Connection
from mdg_core.store.generations import Generation
from mdg_core.store.requests import ResearchRequest
from mdg_core.store.standing import Standing, standing
from mdg_serving.api.schemas import Task, TaskSource
from mdg_serving.problems import ApiError

WAITING_FOR_PIPELINE = (
    "the research pipeline is not running: the request waits and is worked on once `mdg up` has started it"
)
# research is the long part of a generation that waits for it
_RESEARCH_SHARE = 0.9
_GENERATING = 95
_NO_STANDING = Standing(None, None)


def parse_id(text: str, kind: str) -> UUID:
    """Raises ApiError 404: what is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise ApiError(404, f"there is no {kind} {text[:60]!r}") from None


def row_of(conn: Connection, task_id: UUID) -> ResearchRequest | Generation:
    """Raises ApiError 404."""
    row = requests.get(conn, task_id) or generations.get(conn, task_id)
    if row is None:
        raise ApiError(404, f"there is no task {task_id}")
    return row


def task_of(conn: Connection, row: ResearchRequest | Generation, *, places: int) -> Task:
    """`places`: how many researches run side by side."""
    if isinstance(row, ResearchRequest):
        return _research_task(conn, row, places)
    return _generation_task(conn, row, places)


def research_message(conn: Connection, request: ResearchRequest) -> str:
    if request.status == "queued" and not heartbeat.pipeline_is_alive(conn):
        return WAITING_FOR_PIPELINE
    return request.message or {"queued": "waiting for its turn"}.get(request.status, request.status)


def _research_task(conn: Connection, request: ResearchRequest, places: int) -> Task:
    stands = standing(conn, request, places=places)
    return Task(
        task_id=str(request.id),
        kind=request.kind,
        artist_key=request.artist_key,
        status=request.status,
        progress=request.progress,
        stage=request.stage,
        message=research_message(conn, request),
        position=stands.position,
        estimate_seconds=stands.seconds,
        sources=_sources(request),
        error=request.error,
        result=request.result,
    )


def _generation_task(conn: Connection, task: Generation, places: int) -> Task:
    research = requests.get(conn, task.research_id) if task.research_id else None
    progress, stage, message = {"queued": 0, "generating": _GENERATING, "completed": 100}.get(task.status, 0), "", ""
    stands = _NO_STANDING
    if task.status == "researching" and research:
        progress = round(research.progress * _RESEARCH_SHARE)
        stage, message = f"research: {research.stage}", research_message(conn, research)
        stands = standing(conn, research, places=places)
    return Task(
        task_id=str(task.id),
        kind="song" if "form" in task.request else "generation",
        artist_key=task.artist_key,
        research_task_id=str(task.research_id) if task.research_id else None,
        status=task.status,
        progress=progress,
        stage=stage or task.status,
        message=message or (task.is_open and task.message) or task.status,
        position=stands.position,
        estimate_seconds=stands.seconds,
        sources=_sources(research) if research else [],
        error=task.error,
        result=task.result,
    )


def _sources(request: ResearchRequest) -> list[TaskSource]:
    return [
        TaskSource(
            kind=kind,
            source=each.source,
            status=each.status,
            cause=each.cause,
            documents=each.documents,
            titles=list(each.titles),
            message=each.message,
        )
        for kind, each in request.by_source()
    ]
