"""Numbers for the operator, behind a token of their own. No name, no id of a person.

Counters live in the process that answered; what is owed is asked of the database at each look, so
that every process tells the same. Several processes count together where the operator names a
folder in PROMETHEUS_MULTIPROC_DIR, as the library has it.
"""

import hmac
import os
import time
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from lti_app.core.errors import NotFoundError
from lti_app.web.access import token_only
from lti_app.web.context import clock, db, services
from lti_app.web.owed import Owed, look_at_owed

blueprint = Blueprint("metrics", __name__)

REQUESTS = Counter("rapport_requests_total", "Requests answered.", ["endpoint", "status"])
SECONDS = Histogram("rapport_request_seconds", "Time to answer a request.", ["endpoint"])
LAUNCHES = Counter("rapport_launches_total", "Launches let in.")
REFUSALS = Counter("rapport_launches_refused_total", "Launches refused.", ["reason"])


@blueprint.get("/metrics")
@token_only()
def metrics() -> Response:
    """Answer with the numbers; 404 without the right token, so that nobody learns of it."""
    token = services().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFoundError("no_metrics")
    owed = CollectorRegistry()
    owed.register(_OwedCollector(look_at_owed(db()), clock()()))
    return Response(
        generate_latest(_counters()) + generate_latest(owed), content_type=CONTENT_TYPE_LATEST
    )


def _counters() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # the library has no type here
    return together


class _OwedCollector(Collector):
    """What is owed, as gauges."""

    def __init__(self, owed: Owed, now: datetime) -> None:
        self._owed = owed
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        scores = GaugeMetricFamily(
            "rapport_owed_scores",
            "Scores that have not arrived, by platform and state.",
            labels=["platform", "state"],
        )
        for (platform, state), count in sorted(self._owed.scores.items()):
            scores.add_metric([platform, state], count)
        yield scores
        yield GaugeMetricFamily(
            "rapport_oldest_owed_score_seconds",
            "How long the oldest score on its way has waited; 0 when none is.",
            value=self._owed.oldest_score_age(self._now) or 0.0,
        )
        jobs = GaugeMetricFamily(
            "rapport_jobs", "Jobs by kind and state.", labels=["kind", "state"]
        )
        for (kind, state), count in sorted(self._owed.jobs.items()):
            jobs.add_metric([kind, state], count)
        yield jobs
        yield GaugeMetricFamily(
            "rapport_sending_held",
            "1 while sending is held after a restore, else 0.",
            value=int(self._owed.is_sending_held),
        )


def count_requests(app: Flask) -> None:
    """Count every answer by endpoint and status."""

    @app.after_request
    def _count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        _requests(endpoint, response.status_code).inc()
        began_at = g.get("began_at")
        if began_at is not None:
            _seconds(endpoint).observe(time.perf_counter() - began_at)
        return response


@cache
def _requests(endpoint: str, status: int) -> Counter:
    return REQUESTS.labels(endpoint, str(status))


@cache
def _seconds(endpoint: str) -> Histogram:
    return SECONDS.labels(endpoint)
