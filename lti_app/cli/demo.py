"""`rapport demo`: the tool and the sandbox LMS beside it, registered with each other.

Two programs on two sites, `localhost` and `127.0.0.1`, so that the frame is truly cross-site.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from lti_app.cli.environment import database_of
from lti_app.core.clock import system_clock
from lti_app.core.db.migration import upgrade
from lti_app.core.settings import Settings, load_settings
from lti_app.lti.registrations import PlatformDetails, keep_only_platform

CLIENT_ID = "rapport-demo"
DEPLOYMENT_ID = "1"
READY_WITHIN_SECONDS = 60
Program = subprocess.Popen[bytes]


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the tool.")
@click.option("--lms-port", default=8001, show_default=True, help="Port of the sandbox LMS.")
@click.option("--fresh", is_flag=True, help="Forget everything and begin anew.")
def command(port: int, lms_port: int, *, fresh: bool) -> None:
    """Start the tool and a small LMS beside it, ready to try."""
    tool, lms = f"http://localhost:{port}", f"http://127.0.0.1:{lms_port}"
    folder = Path(os.environ.get("RAPPORT_DATA_DIR", "var")).absolute() / "demo"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    settings = load_settings(
        env="development", base_url=tool, data_dir=folder, database_url="", embedded_worker=True
    )
    _prepare(settings, lms)
    programs = [_start_tool(settings, port), _start_lms(settings, lms_port)]
    try:
        _wait_until_ready(programs, (f"{tool}/health/ready", f"{lms}/"))
        click.echo(f"\nRapport is ready. Open {lms}/ and enter the course as anybody.\n")
        _wait_for_the_end(programs)
    finally:
        _stop(programs)


def _prepare(settings: Settings, lms: str) -> None:
    details = PlatformDetails(
        name="Sandbox LMS",
        issuer=lms,
        client_id=CLIENT_ID,
        auth_url=f"{lms}/lti/auth",
        token_url=f"{lms}/lti/token",
        jwks_url=f"{lms}/lti/jwks.json",
    )
    with database_of(settings) as database:
        upgrade(database)
        with database.write() as session:
            keep_only_platform(
                session,
                details,
                now=system_clock(),
                deployment_ids=(DEPLOYMENT_ID,),
                trusted_hosts=settings.effective_trusted_hosts,
            )


def _start_tool(settings: Settings, port: int) -> Program:
    given = {
        "RAPPORT_ENV": settings.env.value,
        "RAPPORT_BASE_URL": settings.base_url,
        "RAPPORT_DATA_DIR": str(settings.data_dir),
        "RAPPORT_DATABASE_URL": settings.effective_database_url,
    }
    return _start("lti_app", "serve", "--host", "127.0.0.1", "--port", str(port), **given)


def _start_lms(settings: Settings, port: int) -> Program:
    return _start(
        "lti_app.sandbox",
        "--port",
        str(port),
        "--database",
        str(settings.data_dir / "sandbox.sqlite3"),
        "--tool-base-url",
        settings.base_url,
        "--client-id",
        CLIENT_ID,
        "--deployment-id",
        DEPLOYMENT_ID,
    )


def _start(module: str, *options: str, **environment: str) -> Program:
    return subprocess.Popen(  # noqa: S603 - our own modules, no shell
        [sys.executable, "-m", module, *options], env={**os.environ, **environment}
    )


def _wait_until_ready(programs: list[Program], addresses: tuple[str, ...]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    waiting = list(addresses)
    while waiting:
        if any(program.poll() is not None for program in programs):
            raise click.ClickException("One of the two programs ended; its last lines say why.")
        if time.monotonic() > deadline:
            raise click.ClickException(f"No answer from {waiting[0]} yet. Is the port in use?")
        waiting = [address for address in waiting if not _answers(address)]
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as answer:  # noqa: S310 - our own http addresses
            return bool(answer.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _wait_for_the_end(programs: list[Program]) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(program.poll() is None for program in programs):
            time.sleep(0.5)
    except KeyboardInterrupt:
        click.echo("Stopping.")


def _stop(programs: list[Program]) -> None:
    for program in programs:
        program.terminate()
    for program in programs:
        try:
            program.wait(timeout=15)
        except subprocess.TimeoutExpired:
            program.kill()
