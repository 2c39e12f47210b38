"""Counters for the operator, behind a token of their own. No name, no id of a person."""

import hmac
import time
from functools import cache

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from lti_app.core.errors import NotFoundError
from lti_app.web.access import token_only
from lti_app.web.context import services

blueprint = Blueprint("metrics", __name__)

REQUESTS = Counter("rapport_requests_total", "Requests answered.", ["endpoint", "status"])
SECONDS = Histogram("rapport_request_seconds", "Time to answer a request.", ["endpoint"])


@blueprint.get("/metrics")
@token_only()
def metrics() -> Response:
    """Answer with the counters; 404 without the right token, so that nobody learns of it."""
    token = services().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFoundError("no_metrics")
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


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
