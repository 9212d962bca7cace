"""GET /task/{id}/events: a task as it changes, as server-sent events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, cast
from uuid import UUID

import psycopg
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool

from mdg_core.settings import Settings
from mdg_serving.access import Caller
from mdg_serving.api.tasks import places_of, read_task
from mdg_serving.changes import REREAD_SECONDS, Changes
from mdg_serving.database import Pool, Pooled
from mdg_serving.problems import ApiError, Responses, responses
from mdg_serving.task_view import parse_id

router = APIRouter(tags=["tasks"])

_MOST_STREAMS = 500  # of all callers, in one process
_PACE_SECONDS = 0.25  # changes that come faster are one event
_STREAM_SECONDS = 3600.0  # then the client connects anew, and its key is looked at again
_ID_LENGTH = 16
_STREAM: Responses = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "events `progress`, and `end` with the last state; the data of each is a task",
    },
    204: {"description": "nothing more will come: the client has seen the end"},
}


class Streams:
    """How many streams are open in this process."""

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()

    @property
    def open(self) -> int:
        return self._of.total()

    def take(self, caller: Caller, most: int) -> None:
        """Raises ApiError 429."""
        if self._of[caller.id] >= most or self.open >= _MOST_STREAMS:
            said = f"{caller.name} has {most} streams open" if self._of[caller.id] >= most else "many streams are open"
            raise ApiError(429, f"{said}: close one, or ask GET /task/{{task_id}}", headers={"Retry-After": "15"})
        self._of[caller.id] += 1

    def give(self, caller: Caller) -> None:
        self._of[caller.id] -= 1
        if self._of[caller.id] <= 0:
            del self._of[caller.id]


async def _place(request: Request) -> AsyncIterator[None]:
    """A place among the streams, until the response has been sent or the client is gone."""
    streams, settings = cast(Streams, request.app.state.streams), cast(Settings, request.app.state.settings)
    caller: Caller = request.state.caller
    streams.take(caller, settings.limits.open_streams)
    try:
        yield
    finally:
        streams.give(caller)


@router.get(
    "/task/{task_id}/events",
    response_class=StreamingResponse,
    responses=_STREAM | responses(e404="no such task", e422="a header cannot be read"),
    dependencies=[Depends(_place)],
)
async def get_events(
    task_id: str, request: Request, pool: Pooled, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """A task whenever it changes, until it has ended; comments keep the line alive meanwhile.

    An event's id names the state. A client that comes again with `Last-Event-ID` is told when the state is another one,
    and with the id of the end gets 204, which ends an EventSource.
    """
    wanted = parse_id(task_id, "task")
    read = partial(_read, pool, wanted, places_of(request))
    first = await run_in_threadpool(read)
    if first.is_end and last_event_id == first.id:
        return Response(status_code=204)
    changes: Changes = request.app.state.changes
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _events(changes, wanted, first.research, read, last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


@dataclass(frozen=True, slots=True)
class _Event:
    """A state of a task, encoded once for all streams. `id` is the same for the same state."""

    id: str
    text: bytes
    is_end: bool
    research: UUID | None  # whose changes are the task's as well


def _read(pool: Pool, task_id: UUID, places: int) -> _Event:
    """Raises ApiError 404."""
    task = read_task(pool, task_id, places)
    # an estimate that runs down is no state of its own
    content = task.model_dump_json(exclude={"estimate_seconds"})
    state = hashlib.sha256(content.encode()).hexdigest()[:_ID_LENGTH]
    name = "progress" if task.is_open() else "end"
    text = format_sse_event(data_str=task.model_dump_json(), event=name, id=state)
    research = UUID(task.research_task_id) if task.research_task_id else None
    return _Event(state, text, not task.is_open(), research)


async def _events(
    changes: Changes, task_id: UUID, research: UUID | None, read: Callable[[], _Event], known: str | None
) -> AsyncIterator[bytes]:
    """`known`: the state that the client has already."""
    end = time.monotonic() + _STREAM_SECONDS
    with changes.watch(task_id, *([research] if research else [])) as watch:
        while time.monotonic() < end and not changes.is_over:
            try:
                event = await changes.look(task_id, "event", read)
            except psycopg.OperationalError:
                yield format_sse_event(comment="the database does not answer")
            else:
                if event.id != known:
                    yield event.text
                elif not event.is_end:
                    yield format_sse_event(comment="nothing new")
                known = event.id
                if event.is_end:
                    return
            await watch.change(REREAD_SECONDS, pace=_PACE_SECONDS)
