"""How fast owed scores drain, beside PyLTI1p3's connector as it is, in one run.

    python -m benchmarks.scores [--scores 10000] [--peer-scores 500] [--latency 0.05]
        [--limits 4,8,32] [--workers 1] [--database-url URL] [--keep]

The platform answers each request after a fixed time, so N in flight allow N / latency a second.
Ours is the real worker over real rows: claimed, sent, settled, all committed. The connector posts
one after the other, keeps no record and commits nothing.
Figures are printed; nothing fails because of them. `--keep` adds them to `results.csv`.
Everything that stands in the database of `--database-url` is thrown away.
"""

import time
from datetime import UTC, datetime
from typing import Final

import click
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.grade import Grade as PeerGrade
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector

from benchmarks.draining import (
    fresh_database,
    last_arrival,
    place_of,
    wait_until_arrived,
    workers_over,
)
from benchmarks.results import Figure, keep
from benchmarks.tenants import add_tenant, counts, owe, slow_lms

SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
PEER: Final = "PyLTI1p3's connector"


def ours(
    database_url: str | None, *, scores: int, limit: int, latency: float, workers: int
) -> tuple[float, dict[str, float], list[dict[str, float]]]:
    """Drain; return the seconds, what the platform counted, and what the workers report."""
    with (
        slow_lms(latency) as url,
        fresh_database(database_url) as database,
        workers_over(database) as running,
    ):
        # A worker needs a second to start: it begins with one score that does not count.
        with database.write() as session:
            first = add_tenant(session, url.replace("127.0.0.1", "127.0.1.1"), name="First")
            owe(session, first, scores=1)
        running.start(workers)
        wait_until_arrived(database, scores=1, at_most=60)
        with database.write() as session:
            owe(session, add_tenant(session, url, name="Slow", limit=limit), scores=scores)
        at_most = 60 + 5 * scores * latency / limit
        wait_until_arrived(database, scores=scores + 1, at_most=at_most)
        seen = counts(url)
        # From the first score at the platform to the last acknowledgement in our rows.
        return last_arrival(database) - seen["began"], seen, running.stop()


def peer(url: str, *, scores: int) -> float:
    """Post with PyLTI1p3's connector as it is; return the seconds."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    registration = (
        Registration()
        .set_issuer(url)
        .set_client_id("bench")
        .set_auth_token_url(f"{url}/token")
        .set_tool_private_key(pem.decode())
    )
    service = AssignmentsGradesService(
        ServiceConnector(registration), {"scope": [SCOPE], "lineitem": f"{url}/items/1"}
    )
    started = time.perf_counter()
    for number in range(scores):
        grade = PeerGrade()
        grade.set_user_id(str(number)).set_score_given(10).set_score_maximum(10)
        grade.set_timestamp(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
        service.put_grade(grade)
    return time.perf_counter() - started


@click.command()
@click.option("--scores", default=10_000)
@click.option("--peer-scores", default=500)
@click.option("--latency", default=0.05, help="Seconds.")
@click.option("--limits", default="4,8,32")
@click.option("--workers", default=1, help="Processes; more than one only on PostgreSQL.")
@click.option("--database-url", default=None, help="A PostgreSQL database that may be emptied.")
@click.option("--keep", "is_kept", is_flag=True)
def main(
    scores: int,
    peer_scores: int,
    latency: float,
    limits: str,
    workers: int,
    database_url: str | None,
    *,
    is_kept: bool,
) -> None:
    """Print the figures."""
    with slow_lms(latency) as url:
        peer_rate = peer_scores / peer(url, scores=peer_scores)
    print(f"{PEER}: {peer_scores} scores, {peer_rate:.1f}/s, one at a time", flush=True)
    figures: list[Figure] = []
    place = place_of(database_url)
    for limit in [int(text) for text in limits.split(",")]:
        seconds, seen, reports = ours(
            database_url, scores=scores, limit=limit, latency=latency, workers=workers
        )
        rate, allowed = scores / seconds, limit / latency
        cpu = sum(report["cpu_seconds"] for report in reports)
        case = f"{place}, {workers} worker(s), {limit} in flight"
        print(
            f"{case}: {scores} scores in {seconds:.1f} s, {rate:.1f}/s, "
            f"{100 * rate / allowed:.1f} % of {allowed:.0f}/s; posts {seen['scores'] - 1:.0f}, "
            f"doubled {seen['doubled']:.0f}, tokens {seen['token'] - 1}, "
            f"most at once {seen['most at once']}; "
            f"CPU {1000 * cpu / scores:.2f} ms a score, claims p99 "
            f"{max(report['claim_p99_ms'] for report in reports):.1f} ms",
            flush=True,
        )
        share = 100 * rate / allowed
        figures += [
            Figure(case, "rate", rate, "scores/s", "", PEER, peer_rate),
            Figure(case, "of what is allowed", share, "%", ">= 90"),
            Figure(case, "token requests", seen["token"] - 1, "", "1"),
            Figure(case, "CPU", 1000 * cpu / scores, "ms/score"),
        ]
    if is_kept:
        keep("scores", figures)


if __name__ == "__main__":
    main()
