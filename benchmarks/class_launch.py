"""A class that launches at once: load L1.

    python -m benchmarks.class_launch [--people 500] [--database-url URL] [--workers 1] [--keep]

First everybody launches within a minute, then everybody within ten seconds, each at a moment of
their own that is drawn by a seeded generator. A launch is the login, the launch and the first
page; one in twenty is an instructor who then looks up who is in the course. The tool is
`rapport serve` in processes of its own; this process is the browsers and the platform, and signs
the tokens. Both share the machine, so the figures are of both.
Everything that stands in the database of `--database-url` is thrown away.
"""

import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import click
import requests
from sqlalchemy import func, select

from benchmarks.bench_platform import CLIENT_ID, BenchPlatform
from benchmarks.draining import fresh_database, place_of
from benchmarks.launch import cookies_of, prepare_ours, running, state_and_nonce
from benchmarks.results import Figure, keep
from lti_app.core.db import Database
from lti_app.web.models import LaunchSession

PORT: Final = 8796
SEED: Final = 5
HANDS: Final = 128
ONE_TEACHES_OF: Final = 20
#: Seconds in which everybody launches, and what is hoped for at the 99th percentile.
WAVES: Final = ((60, 0.3), (10, 1.0))
_PEOPLE_PAGE: Final = re.compile(r'href="([^"]*/people)"')


@dataclass
class Seen:
    """What the browsers saw: seconds of each step, and what went wrong."""

    steps: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, step: str, seconds: float) -> None:
        with self.lock:
            self.steps[step].append(seconds)

    def failed(self, what: str) -> None:
        with self.lock:
            self.errors[what] += 1


@dataclass
class Person:
    """One browser that launches."""

    tool: str
    platform: BenchPlatform
    seen: Seen
    number: int

    @property
    def role(self) -> str:
        return "Learner" if self.number % ONE_TEACHES_OF else "Instructor"

    def launch(self) -> None:
        """Go the whole way; what goes wrong is counted, and ends it."""
        with requests.Session() as browser:
            try:
                self._go(browser)
            except (requests.RequestException, LookupError) as error:
                self.seen.failed(f"{type(error).__name__}: {str(error)[:80]}")

    def _go(self, browser: requests.Session) -> None:
        target = f"{self.tool}/lti/launch"
        asked = {
            "iss": self.platform.issuer,
            "login_hint": str(self.number),
            "target_link_uri": target,
            "client_id": CLIENT_ID,
        }
        state, nonce = state_and_nonce(self._send(browser, "login", "POST", "/lti/login", asked))
        token = self.platform.id_token(
            nonce=nonce, person=self.number, target=target, role=self.role
        )
        done = self._send(
            browser, "launch", "POST", "/lti/launch", {"state": state, "id_token": token}
        )
        page = self._send(browser, "first page", "GET", done.headers["Location"])
        if page.is_redirect:
            page = self._send(browser, "first page", "GET", page.headers["Location"])
        if self.role == "Instructor":
            found = _PEOPLE_PAGE.search(page.text)
            self._send(browser, "people page", "GET", found[1] if found else page.url)

    def _send(
        self,
        browser: requests.Session,
        step: str,
        method: str,
        path: str,
        data: dict[str, str] | None = None,
    ) -> requests.Response:
        began = time.monotonic()
        answer = browser.request(
            method,
            urljoin(self.tool, path),
            data=data,
            headers=cookies_of(browser),
            allow_redirects=False,
            timeout=30,
        )
        self.seen.took(step, time.monotonic() - began)
        if answer.status_code not in (200, 303):
            raise LookupError(f"{step} answered {answer.status_code}")
        return answer


def run_wave(tool: str, platform: BenchPlatform, *, people: int, seconds: int) -> Seen:
    """Let everybody launch within so many seconds, and return what they saw."""
    drawn, seen = random.Random(SEED), Seen()  # noqa: S311 - moments, not secrets
    moments = sorted(drawn.uniform(0, seconds) for _ in range(people))
    began = time.monotonic()
    with ThreadPoolExecutor(HANDS) as hands:
        for number, moment in enumerate(moments):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            hands.submit(Person(tool, platform, seen, number).launch)
    return seen


def report(seen: Seen, *, seconds: int, goal: float, case: str) -> list[Figure]:
    """Print the steps and return their 99th percentiles."""
    figures = []
    for step, taken in seen.steps.items():
        cuts = statistics.quantiles(taken, n=100)
        p50, p95, p99 = cuts[49], cuts[94], cuts[98]
        click.echo(
            f"  {step:12} {len(taken):5}  p50 {p50 * 1000:7.1f}  p95 {p95 * 1000:7.1f}"
            f"  p99 {p99 * 1000:7.1f} ms  (goal {goal * 1000:.0f})"
        )
        name = f"{step} p99 in {seconds} s"
        figures.append(Figure(case, name, p99 * 1000, "ms", f"<= {goal * 1000:.0f}"))
    click.echo(f"  errors: {dict(seen.errors) or 'none'}")
    figures.append(Figure(case, f"errors in {seconds} s", seen.errors.total(), "", "0"))
    return figures


@contextmanager
def rapport(folder: str, url: str, workers: int) -> Iterator[str]:
    """Run `rapport serve` until the block ends."""
    environment = {
        "RAPPORT_ENV": "development",
        "RAPPORT_BASE_URL": f"http://localhost:{PORT}",
        "RAPPORT_DATA_DIR": folder,
        "RAPPORT_DATABASE_URL": url,
        "RAPPORT_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "lti_app", "serve", "--port", str(PORT)]
    command += ["--workers", str(workers)]
    with running("ours", PORT, command, environment) as tool:
        yield tool.url


def count_sessions(database: Database) -> int:
    """Return how many launch sessions there are."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(LaunchSession)) or 0


@click.command()
@click.option("--people", default=500, show_default=True)
@click.option("--database-url", default="", help="SQLite in a temporary folder if empty.")
@click.option("--workers", default=1, show_default=True, help="Web processes; one on SQLite.")
@click.option("--keep", "is_kept", is_flag=True, help="Add the figures to results.csv.")
def main(people: int, database_url: str, workers: int, *, is_kept: bool) -> None:
    """Let a class launch twice, and print what it saw."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or f"sqlite:///{folder}/rapport.sqlite3"
        if database_url:
            with fresh_database(url):
                pass
        platform = BenchPlatform(Path(folder))
        prepare_ours(platform, url)
        case = f"{place_of(database_url or None)}, {workers} process(es), {people} people"
        figures: list[Figure] = []
        counted = Database(url)
        with rapport(folder, url, workers) as tool:
            for seconds, goal in WAVES:
                before, fetched = count_sessions(counted), platform.fetches
                click.echo(f"{people} launches in {seconds} s on {case}")
                seen = run_wave(tool, platform, people=people, seconds=seconds)
                figures += report(seen, seconds=seconds, goal=goal, case=case)
                made = count_sessions(counted) - before
                fetches = platform.fetches - fetched
                click.echo(f"  sessions made: {made}, key set fetches: {fetches}")
                figures.append(Figure(case, f"sessions in {seconds} s", made, "", f"{people}"))
                figures.append(Figure(case, f"key set fetches in {seconds} s", fetches, "", "<= 1"))
        counted.dispose()
        platform.close()
    if is_kept:
        keep("class launch", figures, seed=SEED)


if __name__ == "__main__":
    main()
