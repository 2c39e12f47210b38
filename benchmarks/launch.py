"""CPU that a launch costs the tool, beside a minimal tool after PyLTI1p3's README, in one run.

    python -m benchmarks.launch [--launches 200] [--rounds 5] [--database-url URL]
        [--ltijs-database-url URL]

All tools run in processes of their own under the same server with the same settings; the rounds
alternate, and only those processes' CPU time is counted: the driver signs the tokens. A launch is
the login request and the launch request. Ours includes the single-use state, the upserts of user,
context, enrolment, placement and column, the session and the audit row, each committed.

The minimal tool fetches the platform's key set at every launch, because the README's does. LTI
demands TLS for that, so the first comparison has it. The others show what is left of the
difference when the key set costs next to nothing: plain HTTP on loopback, with and without the
README's cookie check for frames. Ours has fetched the key set before the first round.

A launch ends where the session exists and the browser is sent on. ltijs hands the launch to the
tool's own code (`onConnect`) only in the request after that, so it is measured with it, too.

With `--ltijs-database-url`, an empty PostgreSQL database, a minimal tool after the README of ltijs
runs beside them, with ltijs-sequelize; npm installs both into a temporary folder. Give ours a
database of the same server then, so that both write to the same place. The database server's own
CPU is counted for neither.
Figures are printed; nothing fails because of them.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import click
import psutil
import requests
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import make_url

from benchmarks.bench_platform import CLIENT_ID, BenchPlatform
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.db.migration import upgrade
from lti_app.lti.registrations import PlatformDetails, add_platform

ROOT = Path(__file__).parents[1]
PEOPLE = 100
LTIJS = ("ltijs@5.9.9", "ltijs-sequelize@2.4.4", "pg@8")
_FIELD = re.compile(r'name="(state|nonce)" value="([^"]*)"')


@dataclass
class Tool:
    """A tool under test: where it listens, and the process whose CPU counts."""

    name: str
    url: str
    process: psutil.Process
    checks_cookies: bool = False

    def cpu_seconds(self) -> float:
        """Return user and system time of the server's processes so far."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)


def launch_once(tool: Tool, platform: BenchPlatform, person: int, *, goes_on: bool = False) -> None:
    """Log in and launch as one person, as a browser would; go on to where that leads, if asked."""
    browser = requests.Session()
    target = f"{tool.url}/lti/launch"
    asked = {
        "iss": platform.issuer,
        "login_hint": str(person),
        "target_link_uri": target,
        "client_id": CLIENT_ID,
        "lti_deployment_id": "1",
    }
    answer = browser.post(f"{tool.url}/lti/login", data=asked, allow_redirects=False, timeout=30)
    if tool.checks_cookies:
        # What the library's page does once its script has found that cookies are kept.
        again = {**asked, "lti1p3_new_window": "1"}
        answer = browser.get(
            f"{tool.url}/lti/login",
            params=again,
            headers=cookies_of(browser),
            allow_redirects=False,
            timeout=30,
        )
    state, nonce = state_and_nonce(answer)
    done = browser.post(
        target,
        data={
            "state": state,
            "id_token": platform.id_token(nonce=nonce, person=person, target=target),
        },
        headers=cookies_of(browser),
        allow_redirects=False,
        timeout=30,
    )
    if done.status_code not in (200, 302, 303):
        raise click.ClickException(f"{tool.name}: launch answered {done.status_code}")
    if goes_on:
        there = urljoin(tool.url, done.headers["Location"])
        page = browser.get(there, headers=cookies_of(browser), allow_redirects=False, timeout=30)
        if page.status_code not in (200, 303):
            raise click.ClickException(f"{tool.name}: the page answered {page.status_code}")


def cookies_of(browser: requests.Session) -> dict[str, str]:
    """Send cookies as Chromium does: `Secure` ones to localhost, too."""
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)}


def state_and_nonce(answer: requests.Response) -> tuple[str, str]:
    """Return what a tool's login answer takes to the platform."""
    if answer.is_redirect:
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return query["state"][0], query["nonce"][0]
    found = {name: unescape(value) for name, value in _FIELD.findall(answer.text)}
    return found["state"], found["nonce"]


@contextmanager
def served(
    name: str, port: int, app: str, environment: dict[str, str], *, checks_cookies: bool = False
) -> Iterator[Tool]:
    """Serve an app in one gunicorn process with threads until the block ends."""
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "-w", "1"]
    command += ["-b", f"127.0.0.1:{port}", "--log-level", "error", app]
    with running(name, port, command, environment, checks_cookies=checks_cookies) as tool:
        yield tool


@contextmanager
def ltijs_served(
    port: int, platform: BenchPlatform, database_url: str, *, keys_at: str, authorities: Path | None
) -> Iterator[Tool]:
    """Install ltijs from npm into a temporary folder and serve its tool until the block ends."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise click.ClickException("ltijs needs node and npm on the PATH")
    with tempfile.TemporaryDirectory() as home:
        install = [npm, "install", "--no-audit", "--no-fund", "--no-save", "--prefix", home, *LTIJS]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        environment = {
            "LTIJS_HOME": home,
            "BENCH_LTIJS": json.dumps(_ltijs_settings(port, platform, database_url, keys_at)),
            "NODE_ENV": "production",
        }
        if authorities is not None:
            environment["NODE_EXTRA_CA_CERTS"] = str(authorities)
        command = [node, str(ROOT / "benchmarks" / "ltijs_tool.cjs")]
        with running("ltijs", port, command, environment) as tool:
            yield tool


def _ltijs_settings(
    port: int, platform: BenchPlatform, database_url: str, keys_at: str
) -> dict[str, object]:
    url = make_url(database_url)
    return {
        "port": port,
        "database": {
            "database": url.database,
            "user": url.username,
            "password": url.password or "",
            "host": url.host,
            "port": url.port or 5432,
        },
        "platform": {
            "issuer": platform.issuer,
            "clientId": CLIENT_ID,
            "jwks": f"{keys_at}/jwks",
        },
    }


@contextmanager
def running(
    name: str,
    port: int,
    command: list[str],
    environment: dict[str, str],
    *,
    checks_cookies: bool = False,
) -> Iterator[Tool]:
    """Run a tool in a process of its own until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})  # noqa: S603 - our own
    try:
        tool = Tool(name, f"http://localhost:{port}", psutil.Process(process.pid), checks_cookies)
        _wait(tool.url)
        yield tool
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/health/live", timeout=10)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
        else:
            return
    raise click.ClickException(f"no answer from {url}")


def prepare_ours(platform: BenchPlatform, url: str) -> None:
    """Make our tables where they are missing, and register the platform."""
    details = PlatformDetails(
        "Benchmark",
        platform.issuer,
        CLIENT_ID,
        f"{platform.issuer}/auth",
        f"{platform.issuer}/token",
        f"{platform.issuer}/jwks",
    )
    database = Database(url)
    upgrade(database)
    with database.write() as session:
        add_platform(
            session,
            details,
            now=system_clock(),
            deployment_ids=("1",),
            trusted_hosts=("127.0.0.1",),
        )
    database.dispose()


def _write_config(platform: BenchPlatform, folder: Path, *, keys_at: str) -> str:
    """Write the JSON file of the README's chapter "Configuration", with its keys."""
    folder.mkdir()
    private, public = folder / "private.key", folder / "public.key"
    private.write_bytes(
        platform.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    public.write_bytes(
        platform.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    config = {
        platform.issuer: [
            {
                "default": True,
                "client_id": CLIENT_ID,
                "auth_login_url": f"{platform.issuer}/auth",
                "auth_token_url": f"{platform.issuer}/token",
                "key_set_url": f"{keys_at}/jwks",
                "private_key_file": private.name,
                "public_key_file": public.name,
                "deployment_ids": ["1"],
            }
        ]
    }
    path = folder / "tool.json"
    path.write_text(json.dumps(config))
    return str(path)


def measure(tool: Tool, platform: BenchPlatform, launches: int, *, goes_on: bool = False) -> float:
    """Return CPU milliseconds for one launch, over so many launches."""
    before = tool.cpu_seconds()
    for number in range(launches):
        launch_once(tool, platform, number % PEOPLE, goes_on=goes_on)
    return (tool.cpu_seconds() - before) * 1000 / launches


@click.command()
@click.option("--launches", default=200, show_default=True, help="Launches a round and tool.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--database-url", default="", help="Ours; SQLite in a temporary folder if empty.")
@click.option("--ltijs-database-url", default="", help="An empty PostgreSQL database for ltijs.")
def main(launches: int, rounds: int, database_url: str, ltijs_database_url: str) -> None:
    """Measure, alternating, and print medians and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        platform = BenchPlatform(Path(folder))
        url = database_url or f"sqlite:///{folder}/rapport.sqlite3"
        prepare_ours(platform, url)
        secure = {
            "BENCH_CONFIG": _write_config(
                platform, Path(folder) / "secure", keys_at=platform.secure_url
            ),
            "REQUESTS_CA_BUNDLE": str(platform.authorities),
            "PYTHONPATH": str(ROOT),
        }
        plain = {
            "BENCH_CONFIG": _write_config(
                platform, Path(folder) / "plain", keys_at=platform.issuer
            ),
            "PYTHONPATH": str(ROOT),
        }
        ours = {
            "RAPPORT_ENV": "development",
            "RAPPORT_BASE_URL": "http://localhost:8790",
            "RAPPORT_DATA_DIR": folder,
            "RAPPORT_DATABASE_URL": url,
            "RAPPORT_LOGIN_RATE_PER_SECOND": "100000",
            "RAPPORT_LOGIN_BURST_PER_ADDRESS": "1000000",
            "RAPPORT_LOG_LEVEL": "WARNING",
        }
        minimal = "benchmarks.minimal_tool:make_app()"
        with (
            served("ours", 8790, "lti_app.wsgi:from_environment()", ours) as rapport,
            served("minimal", 8791, minimal, secure) as over_tls,
            served("minimal, no TLS", 8792, minimal, plain) as without,
            served(
                "minimal, no TLS, for frames",
                8793,
                minimal,
                {**plain, "BENCH_CHECK_COOKIES": "1"},
                checks_cookies=True,
            ) as framed,
            ExitStack() as more,
        ):
            tools = [rapport, over_tls, without, framed]
            if ltijs_database_url:
                tools.append(
                    more.enter_context(
                        ltijs_served(
                            8794,
                            platform,
                            ltijs_database_url,
                            keys_at=platform.secure_url,
                            authorities=platform.authorities,
                        )
                    )
                )
            _run(tools, platform, launches, rounds)
        platform.close()


def _run(tools: list[Tool], platform: BenchPlatform, launches: int, rounds: int) -> None:
    figures: dict[str, list[float]] = {tool.name: [] for tool in tools}
    going_on: dict[str, list[float]] = {"ltijs": []}
    for tool in tools:
        measure(tool, platform, PEOPLE)
    before = platform.fetches
    for _ in range(rounds):
        for tool in tools:
            fetched = platform.fetches
            figures[tool.name].append(measure(tool, platform, launches))
            if tool.name in going_on:
                further = measure(tool, platform, launches, goes_on=True)
                going_on[tool.name].append(further)
            if tool.name == "ours" and platform.fetches != fetched:
                click.echo(f"ours fetched the key set {platform.fetches - fetched} times")
    click.echo(
        f"{rounds} rounds of {launches} launches; key set fetches: {platform.fetches - before}"
    )
    figures |= {f"{name}, to onConnect": values for name, values in going_on.items() if values}
    for name, values in figures.items():
        click.echo(
            f"{name:28} {statistics.median(values):6.2f} ms CPU a launch"
            f"  ({min(values):.2f} to {max(values):.2f})"
        )
    ours = statistics.median(figures["ours"])
    for name in list(figures)[1:]:
        click.echo(f"ours / {name:28} {ours / statistics.median(figures[name]):.2f}")


if __name__ == "__main__":
    main()
