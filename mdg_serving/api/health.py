"""/healthz, /readyz and /metrics: for supervisors and monitors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from mdg_core.package import package_version
from mdg_core.store import costs, generations, heartbeat, requests
from mdg_core.store.costs import DayCosts
from mdg_serving.api.schemas import Health, Readiness
from mdg_serving.database import Pooled, lend
from mdg_serving.metrics import Gauge, Metrics
from mdg_serving.problems import Responses, open_responses, responses

if TYPE_CHECKING:
    from mdg_serving.generation.models import Models

router = APIRouter(tags=["health"])

_TEXT: Responses = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "the counts"}}


@router.get("/healthz", responses=open_responses())
async def healthz() -> Health:
    """The process answers; nothing else is asked."""
    return Health(version=package_version())


@router.get("/readyz", responses=open_responses(e503="the database does not answer or has no tables"))
def readyz(pool: Pooled) -> Readiness:
    """The database answers and has its tables, so that requests can be served."""
    with lend(pool) as conn:
        requests.counts(conn)
        alive = heartbeat.pipeline_is_alive(conn)
    return Readiness(version=package_version(), pipeline="running" if alive else "not running")


@router.get("/metrics", response_class=Response, responses=_TEXT | responses())
def metrics(request: Request, pool: Pooled) -> Response:
    """Counts in Prometheus's text format, of all workers together; what is said of language models is the answering
    one's."""
    counted: Metrics = request.app.state.metrics
    with lend(pool) as conn:
        tasks = [
            Gauge("mdg_research_requests", "Research requests.", "status", requests.counts(conn)),
            Gauge("mdg_generations", "Generations.", "status", generations.counts(conn)),
        ]
        today = costs.totals(conn, days=1)
    gauges = [*tasks, *_spent(today), *_fares(request.app.state.tools().models)]
    return Response(counted.text(gauges), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _spent(today: Sequence[DayCosts]) -> Iterator[Gauge]:
    """What the calls of language models came to today (UTC), those of all processes on this database."""

    def by_provider(name: str, what: str, field: str) -> Gauge:
        values = {row.provider: getattr(row, field) for row in today}
        return Gauge(f"mdg_llm_{name}_today", f"{what} today (UTC).", "provider", values)

    yield by_provider("calls", "Calls of language models", "calls")
    yield by_provider("failures", "Calls of language models that failed", "failures")
    yield by_provider("unpriced_calls", "Calls of language models whose cost is not known", "unpriced")
    yield by_provider("input_tokens", "Tokens read by language models, cached ones too,", "input_tokens")
    yield by_provider("output_tokens", "Tokens written by language models", "output_tokens")
    yield by_provider("dollars", "Known costs of language models", "cost_usd")


_OPEN = {"closed": 0.0, "half-open": 0.5, "open": 1.0}


def _fares(models: Models) -> Iterator[Gauge]:
    """How this process fares with the language models that are set up."""
    states = models.circuits.states()
    circuits: dict[str, float] = {each.name: _OPEN[states.get(each.name, "closed")] for each in models.providers}
    what = "Whether a language model is left alone after failures: 0 no, 0.5 on trial, 1 yes."
    yield Gauge("mdg_llm_circuit_open", what, "provider", circuits)
    hung = models.workers.left_behind()
    left: dict[str, float] = {each.name: hung.get(each.name, 0) for each in models.providers}
    yield Gauge("mdg_llm_threads_left_behind", "Threads in calls that hang for good.", "provider", left)
