"""The sandbox as a program of its own: `python -m lti_app.sandbox`. It only reads options."""

import signal
import sys
from pathlib import Path
from types import FrameType

import click

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig, rapport_registration
from lti_app.sandbox.database import remove_database
from lti_app.sandbox.demo_course import DEMO_COURSE
from lti_app.sandbox.server import open_server
from lti_app.sandbox.state import sandbox_of


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True)
@click.option(
    "--database", type=click.Path(path_type=Path, dir_okay=False), required=True, help="SQLite file"
)
@click.option("--tool-base-url", default="http://localhost:8000", show_default=True)
@click.option("--client-id", "client_ids", multiple=True, default=("rapport-demo",))
@click.option("--deployment-id", "deployment_ids", multiple=True, default=("1",))
@click.option("--control-token", envvar="RAPPORT_SANDBOX_CONTROL_TOKEN", help="opens /control/")
@click.option("--fresh", is_flag=True, help="forget everything and start anew")
def main(
    *,
    host: str,
    port: int,
    database: Path,
    tool_base_url: str,
    client_ids: tuple[str, ...],
    deployment_ids: tuple[str, ...],
    control_token: str | None,
    fresh: bool,
) -> None:
    """Serve a small LMS whose people are made up."""
    if fresh:
        remove_database(database)
    config = SandboxConfig(
        issuer=f"http://{host}:{port}",
        database=database,
        tools=tuple(
            rapport_registration(tool_base_url, client_id=client_id, deployment_ids=deployment_ids)
            for client_id in client_ids
        ),
        courses=(DEMO_COURSE,),
        control_token=control_token,
    )
    _serve(config)


def _serve(config: SandboxConfig) -> None:
    app = create_sandbox(config)
    try:
        server = open_server(app)
    except OSError as error:
        raise click.ClickException(f"{config.issuer} cannot be opened: {error.strerror}") from error
    signal.signal(signal.SIGTERM, _stop)
    click.echo(f"Sandbox LMS: {config.issuer}")
    try:
        server.serve_forever()
    finally:
        server.server_close()
        sandbox_of(app).close()


def _stop(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    sys.exit(0)


if __name__ == "__main__":
    main()
