"""What operators measure: requests by address and outcome, how long they took, and the state of the county."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import cast

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

#: Where the processes of one server keep their counts for one another; `geo-grid serve` names it.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
EXTENSION = "geo_grid_metrics"
#: Upper ends in seconds; 0.2 is what nineteen of twenty answers keep to (docs/explanation/speed.md).
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)

Figures = dict[str, float]


class Measured:
    """The counts of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "geo_grid_requests", "Requests by address and status.", ("endpoint", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "geo_grid_request_seconds", "Seconds of an answer.", ("endpoint",), registry=self.registry, buckets=BUCKETS
        )

    def text(self, figures: Callable[[], Figures]) -> bytes:
        """All counts, of all processes of the server, and the figures of now, as Prometheus reads them."""
        registry = CollectorRegistry() if os.environ.get(FOLDER) else self.registry
        if registry is not self.registry:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        now = CollectorRegistry()
        now.register(_Now(figures))
        return generate_latest(registry) + generate_latest(now)


class _Now(Collector):
    """Figures that are true at the moment they are asked for."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        for name, value in self._figures().items():
            yield GaugeMetricFamily(f"geo_grid_{name}", MEANINGS[name], value=value)

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance, so that nothing is read when this is registered."""
        return iter(())


MEANINGS = {
    "up": "1 when the database answers and its schema is this program's.",
    "map_version": "The version of what the map shows.",
    "grids": "Grids in force.",
    "households": "Households.",
    "households_unplaced": "Households in no leaf.",
    "households_without_contact": "Households without a contact.",
    "posts": "Posts.",
    "posts_vacant": "Posts that nobody fills.",
    "risk_sites": "Risk sites.",
    "jobs_waiting": "Jobs that wait for a worker.",
    "jobs_running": "Jobs that a worker does.",
}


def measure(app: Flask) -> None:
    """Let `app` count its answers and their time."""
    measured = Measured()
    app.extensions[EXTENSION] = measured

    @app.before_request
    def begin() -> None:
        g.began_s = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        measured.requests.labels(endpoint, str(response.status_code)).inc()
        if "began_s" in g:
            measured.seconds.labels(endpoint).observe(time.perf_counter() - g.began_s)
        return response


def measured() -> Measured:
    """The counts of this application."""
    return cast(Measured, current_app.extensions[EXTENSION])
