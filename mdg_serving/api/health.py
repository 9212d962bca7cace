"""/healthz, /readyz and /metrics: for supervisors and monitors."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse

from mdg_core.store import generations, heartbeat, requests
from mdg_serving.access import require_key
from mdg_serving.api.schemas import Health, Readiness
from mdg_serving.database import Pooled, lend
from mdg_serving.metrics import Metrics
from mdg_serving.problems import responses

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers; nothing else is asked."""
    return Health(status="ok")


@router.get("/readyz", responses=responses(e503="the database does not answer or has no tables"))
def readyz(pool: Pooled) -> Readiness:
    """The database answers and has its tables, so that requests can be served."""
    with lend(pool) as conn:
        requests.counts(conn)
        alive = heartbeat.pipeline_is_alive(conn)
    return Readiness(status="ready", pipeline="running" if alive else "not running")


@router.get("/metrics", dependencies=[Depends(require_key)], response_class=PlainTextResponse, responses=responses())
def metrics(request: Request, pool: Pooled) -> PlainTextResponse:
    """Counts in Prometheus's text format."""
    counted: Metrics = request.app.state.metrics
    with lend(pool) as conn:
        gauges = {"mdg_research_requests": requests.counts(conn), "mdg_generations": generations.counts(conn)}
    return PlainTextResponse(counted.text(gauges), media_type="text/plain; version=0.0.4")
