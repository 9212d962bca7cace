"""The request queue becomes partitions and runs.

The sensor does the chores, reads the open requests and launches what waits, and ends the runs of requests that were
cancelled. It writes to the queue only to put a dead run's request back or to give it up, and those writes are guarded
by the attempt, so a tick that is repeated does no harm.
"""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

import dagster as dg

from mdg_core.store import heartbeat, requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import ResearchRequest
from mdg_pipeline.chores import work_off
from mdg_pipeline.defs.jobs import research_job
from mdg_pipeline.defs.partitions import artists
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.progress import ARTIST_TAG, ATTEMPT_TAG, DEPTH_TAG, KIND_TAG, LIBRARY_TAG, REQUEST_TAG
from mdg_pipeline.queue import Launch, RunState, Wait, decide, put_back

_log = logging.getLogger(__name__)

# waits or works, and is not being ended already
_LIVE = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
_RUN_STATES: dict[dg.DagsterRunStatus, RunState] = {
    dg.DagsterRunStatus.SUCCESS: "succeeded",
    dg.DagsterRunStatus.FAILURE: "failed",
    dg.DagsterRunStatus.CANCELED: "cancelled",
}


def run_tags(request: ResearchRequest) -> dict[str, str]:
    """What a run must know of its request."""
    tags = {
        REQUEST_TAG: str(request.id),
        ATTEMPT_TAG: str(request.attempt),
        ARTIST_TAG: request.artist_key,
        KIND_TAG: request.kind,
        DEPTH_TAG: request.depth,
    }
    return tags | ({LIBRARY_TAG: request.library} if request.library else {})


@dg.sensor(
    job=research_job,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run for every research request, and takes up the requests of runs that died.",
)
def research_requests(context: dg.SensorEvaluationContext, research: Research) -> dg.SensorResult:
    settings = research.settings.research
    launches: list[ResearchRequest] = []
    with research.connection() as conn:
        heartbeat.beat(conn, heartbeat.PIPELINE)
        waiting = work_off(conn, research.lake, context.instance)
        _end_cancelled(context.instance, conn)
        for request in requests.list_open(conn):
            run = _run_of(context.instance, request)
            decision = decide(
                request,
                _RUN_STATES.get(run.status, "running") if run else "none",
                now=datetime.now(UTC),
                heartbeat_timeout=timedelta(seconds=settings.heartbeat_timeout_seconds),
                max_attempts=settings.max_attempts,
            )
            if isinstance(decision, Launch):
                if request.artist_key not in waiting:
                    launches.append(request)
                continue
            if isinstance(decision, Wait):
                continue
            put_back(conn, request, decision)
            if run and not run.is_finished:
                # nobody is left to end it, and it would hold the artist's place in the queue
                context.instance.report_run_failed(run, "its process stopped reporting")
    if not launches:
        return dg.SensorResult(skip_reason="no request waits to be started")
    keys = sorted({request.artist_key for request in launches})
    return dg.SensorResult(
        dynamic_partitions_requests=[artists.build_add_request(keys)],
        run_requests=[
            dg.RunRequest(
                run_key=f"{request.id}:{request.attempt}", partition_key=request.artist_key, tags=run_tags(request)
            )
            for request in launches
        ],
    )


def _end_cancelled(instance: dg.DagsterInstance, conn: Connection) -> None:
    """End the runs that somebody still works on, or that wait, for a request that was cancelled."""
    live = [run for run in instance.get_runs(dg.RunsFilter(statuses=_LIVE)) if REQUEST_TAG in run.tags]
    if not live:
        return
    cancelled = requests.cancelled_among(conn, [UUID(run.tags[REQUEST_TAG]) for run in live])
    for run in live:
        if UUID(run.tags[REQUEST_TAG]) not in cancelled:
            continue
        try:
            instance.run_coordinator.cancel_run(run.run_id)
        except Exception as error:
            # its code server is gone, say; a run that lives ends by itself, and any other by Dagster's own monitor
            _log.warning("run %s is not ended by its launcher: %s", run.run_id, error)


def _run_of(instance: dg.DagsterInstance, request: ResearchRequest) -> dg.DagsterRun | None:
    """The newest run of this attempt."""
    wanted = dg.RunsFilter(tags={REQUEST_TAG: str(request.id), ATTEMPT_TAG: str(request.attempt)})
    return next(iter(instance.get_runs(wanted, limit=1)), None)
