"""Counts for a Prometheus server, by its own client library; those of all workers add up.

With several workers the counts lie in files of the folder PROMETHEUS_MULTIPROC_DIR, which `mdg up` sets and empties.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Gauge:
    """Values of now by one label, whose values are plain words of ours."""

    name: str
    what: str
    label: str
    values: Mapping[str, float]


class Metrics:
    """Requests by route, method and status, and how long they took."""

    def __init__(self) -> None:
        # each application registers what it has when it is asked, so that several in one process do not collide
        self._requests = Counter("mdg_http_requests", "Requests.", ["route", "method", "status"], registry=None)
        self._seconds = Histogram(
            "mdg_http_request_duration_seconds", "How long requests took.", ["route"], registry=None, buckets=_BUCKETS
        )

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, gauges: Iterable[Gauge]) -> bytes:
        """All counts, and the gauges that the caller has read, in the text format 0.0.4."""
        registry = CollectorRegistry()
        if os.environ.get(_FOLDER):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._requests)
            registry.register(self._seconds)
        registry.register(_Read(gauges))
        return generate_latest(registry)


class _Read(Collector):
    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = tuple(gauges)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for gauge in self._gauges:
            family = GaugeMetricFamily(gauge.name, gauge.what, labels=[gauge.label])
            for label, value in sorted(gauge.values.items()):
                family.add_metric([label], value)
            yield family


class Measured:
    """Times every request and books it under its route's template, so that names in paths make no new series."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self.metrics.observe(route, method, status, time.perf_counter() - begin)


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
