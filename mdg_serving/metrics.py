"""Counts for a Prometheus server, in its text format 0.0.4. Kept in this process alone."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


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
        self._lock = Lock()
        self._requests: dict[tuple[str, str, int], int] = defaultdict(int)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(_BUCKETS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[route, method, status] += 1
            place = next((i for i, bound in enumerate(_BUCKETS) if seconds <= bound), len(_BUCKETS))
            self._buckets[route][place] += 1
            self._seconds[route] += seconds

    def text(self, gauges: Iterable[Gauge]) -> str:
        """All counts, and the gauges that the caller has read."""
        with self._lock:
            lines = ["# TYPE mdg_http_requests_total counter"]
            lines += [
                f'mdg_http_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}'
                for (route, method, status), count in sorted(self._requests.items())
            ]
            lines.append("# TYPE mdg_http_request_duration_seconds histogram")
            for route, counts in sorted(self._buckets.items()):
                lines += self._histogram(route, counts)
        for gauge in gauges:
            lines += [f"# HELP {gauge.name} {gauge.what}", f"# TYPE {gauge.name} gauge"]
            lines += [
                f'{gauge.name}{{{gauge.label}="{label}"}} {value:.12g}' for label, value in sorted(gauge.values.items())
            ]
        return "\n".join(lines) + "\n"

    def _histogram(self, route: str, counts: list[int]) -> list[str]:
        name, total = "mdg_http_request_duration_seconds", 0
        lines = []
        for bound, count in zip((*map(str, _BUCKETS), "+Inf"), counts, strict=True):
            total += count
            lines.append(f'{name}_bucket{{route="{route}",le="{bound}"}} {total}')
        return [
            *lines,
            f'{name}_sum{{route="{route}"}} {self._seconds[route]:.6f}',
            f'{name}_count{{route="{route}"}} {total}',
        ]


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
