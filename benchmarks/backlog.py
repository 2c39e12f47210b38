"""Backlogs: one large tenant beside many small ones (L2), and many tenants with dead ones (L3).

    python -m benchmarks.backlog large [--scores 10000] [--database-url URL] [--keep]
    python -m benchmarks.backlog many [--rows 100000] [--seconds 60] [--database-url URL] [--keep]

`large`: 10,000 scores of one tenant whose platform takes 100 ms and holds it to Canvas's bucket;
beside it 50 tenants, each owed one score every 10 seconds.
`many`: 100,000 scores of 200 tenants, 20 of which nobody answers; watched for some time.
Figures are printed; nothing fails because of them. Everything that stands in the database of
`--database-url` is thrown away.
"""

import time
from datetime import timedelta
from statistics import quantiles
from typing import Final

import click
from sqlalchemy import func, select

from benchmarks.draining import (
    arrived,
    fresh_database,
    last_arrival,
    place_of,
    wait_until_arrived,
    workers_over,
)
from benchmarks.results import Figure, keep
from benchmarks.tenants import Tenant, add_tenant, counts, owe, slow_lms
from lti_app.core.db import Database
from lti_app.grading.models import DeliveryState, ScoreDelivery

LATENCY: Final = 0.1
SMALL_TENANTS: Final = 50
SMALL_EVERY_SECONDS: Final = 10
TENANTS, DEAD = 200, 20
#: Nobody listens there.
_DEAD_PORT: Final = 9


def show(figures: list[Figure], benchmark: str, *, is_kept: bool) -> None:
    """Print figures, and keep them if asked to."""
    for one in figures:
        goal = f" (goal: {one.goal})" if one.goal else ""
        print(f"{one.case}: {one.name} {one.value:.4g} {one.unit}{goal}", flush=True)
    if is_kept:
        keep(benchmark, figures)


@click.group()
def main() -> None:
    """Measure backlogs."""


@main.command()
@click.option("--scores", default=10_000)
@click.option("--database-url", default=None, help="A PostgreSQL database that may be emptied.")
@click.option("--keep", "is_kept", is_flag=True)
def large(scores: int, database_url: str | None, *, is_kept: bool) -> None:
    """Drain one large tenant beside 50 small ones."""
    with (
        slow_lms(LATENCY, has_bucket=True) as canvas,
        slow_lms(LATENCY) as others,
        fresh_database(database_url) as database,
        workers_over(database) as running,
    ):
        with database.write() as session:
            small = [
                add_tenant(session, others, name=f"Small {number}")
                for number in range(SMALL_TENANTS)
            ]
        with database.write() as session:
            tenant = add_tenant(session, canvas, name="Large")
            owe(session, tenant, scores=scores)
        running.start(1)
        wait_until_arrived(database, scores=1, at_most=60)
        rounds = _feed_small(database, small, tenant, scores=scores)
        seen, ended_at = counts(canvas), last_arrival(database)
        wait_until_arrived(database, scores=scores + rounds, at_most=30)
        delays = _delays(database, [one.platform_id for one in small])
        (report,) = running.stop()
    case = f"L2, {place_of(database_url)}"
    accepted = seen["scores"] - seen.get("refused", 0)
    figures = [
        Figure(case, "drained in", ended_at - seen["began"], "s", "<= 360"),
        Figure(case, "posts accepted", accepted, "", f"exactly {scores}"),
        Figure(case, "posts doubled", seen["doubled"], "", "0"),
        Figure(case, "refused by the bucket", 100 * seen.get("refused", 0) / seen["scores"], "%"),
        Figure(case, "most at once", seen["most at once"], "", "<= 4"),
        Figure(case, "token requests", seen["token"], "", "<= 2"),
        Figure(case, "small tenants' delay, p99", _p99(delays), "s", "<= 5"),
        Figure(case, "small tenants' scores", len(delays), ""),
        Figure(case, "memory of the worker", report["rss_mb"], "MB", "<= 200"),
    ]
    show(figures, "backlog large", is_kept=is_kept)


def _feed_small(database: Database, small: list[Tenant], large_one: Tenant, *, scores: int) -> int:
    """Owe the small tenants their scores in turn until the large one is drained; how many."""
    fed, begun = 0, time.monotonic()
    gap = SMALL_EVERY_SECONDS / len(small)
    while _arrived_of(database, large_one) < scores and time.monotonic() - begun < 1200:
        with database.write() as session:
            owe(session, small[fed % len(small)], scores=1, first=fed)
        fed += 1
        time.sleep(max(begun + fed * gap - time.monotonic(), 0))
    return fed


def _arrived_of(database: Database, tenant: Tenant) -> int:
    is_there = ScoreDelivery.state == DeliveryState.ARRIVED
    of_tenant = ScoreDelivery.platform_id == tenant.platform_id
    with database.read() as session:
        return session.scalar(select(func.count()).where(is_there, of_tenant)) or 0


def _delays(database: Database, platforms: list[int]) -> list[float]:
    """Return how many seconds each score took from being owed to being acknowledged."""
    times = select(ScoreDelivery.wanted_at, ScoreDelivery.acknowledged_at).where(
        ScoreDelivery.platform_id.in_(platforms)
    )
    with database.read() as session:
        found = session.execute(times).all()
    never = timedelta(hours=1)
    return [((there - owed) if there else never).total_seconds() for owed, there in found]


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98] if len(values) > 1 else 0.0


@main.command()
@click.option("--rows", default=100_000)
@click.option("--seconds", default=60.0, help="How long it is watched.")
@click.option("--database-url", default=None, help="A PostgreSQL database that may be emptied.")
@click.option("--keep", "is_kept", is_flag=True)
def many(rows: int, seconds: float, database_url: str | None, *, is_kept: bool) -> None:
    """Watch how 200 tenants, 20 of them dead, share one worker."""
    with (
        slow_lms(0.05) as url,
        fresh_database(database_url) as database,
        workers_over(database) as running,
    ):
        live = [_owed_tenant(database, url, number, rows) for number in range(DEAD, TENANTS)]
        port = url.rpartition(":")[2]
        for number in range(DEAD):
            _owed_tenant(database, url.replace(port, str(_DEAD_PORT)), number, rows)
        running.start(1)
        wait_until_arrived(database, scores=1, at_most=60)
        before = {one.platform_id: _arrived_of(database, one) for one in live}
        begun = time.monotonic()
        time.sleep(seconds)
        watched_for = time.monotonic() - begun
        sent = [_arrived_of(database, one) - before[one.platform_id] for one in live]
        left = rows - arrived(database)
        (report,) = running.stop()
        seen = counts(url)
    case = f"L3, {place_of(database_url)}"
    fair = sum(sent) / len(sent)
    figures = [
        Figure(case, "rate", sum(sent) / watched_for, "scores/s"),
        Figure(case, "least of a live tenant's fair share", 100 * min(sent) / fair, "%", ">= 50"),
        Figure(case, "claim, p50", report["claim_p50_ms"], "ms"),
        Figure(case, "claim, p99", report["claim_p99_ms"], "ms", "<= 20"),
        Figure(case, "claims", report["claims"], ""),
        Figure(case, "posts doubled", seen["doubled"], "", "0"),
        Figure(case, "left when it ended", left, "scores"),
        Figure(case, "memory of the worker", report["rss_mb"], "MB"),
    ]
    show(figures, "backlog many", is_kept=is_kept)


def _owed_tenant(database: Database, url: str, number: int, rows: int) -> Tenant:
    """Write one of the tenants, at an address of its own, and owe it its part."""
    with database.write() as session:
        own = url.replace("127.0.0.1", f"127.0.1.{number + 1}")
        tenant = add_tenant(session, own, name=f"Tenant {number}")
        owe(session, tenant, scores=rows // TENANTS)
    return tenant


if __name__ == "__main__":
    main()
