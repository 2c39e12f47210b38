"""The sandbox as a program of its own: `python -m lti_app.sandbox`. It only reads options."""

import signal
import sys
from pathlib import Path
from types import FrameType

import click

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig, rapport_registration
from lti_app.sandbox.database import remove_database
from lti_app.sandbox.demo_course import demo_course
from lti_app.sandbox.dialects import DIALECTS
from lti_app.sandbox.server import open_server
from lti_app.sandbox.state import sandbox_of


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True)
@click.option(
    "--database", type=click.Path(path_type=Path, dir_okay=False), required=True, help="SQLite file"
)
@click.option("--dialect", "name", type=click.Choice(list(DIALECTS)), default="plain")
@click.option("--issuer", help="what it calls itself, if that is not where it is served")
@click.option("--tool-base-url", default="http://localhost:8000", show_default=True)
@click.option("--client-id", "client_ids", multiple=True, default=("rapport-demo",))
@click.option("--deployment-id", "deployment_ids", multiple=True, default=("1",))
@click.option("--control-token", envvar="RAPPORT_SANDBOX_CONTROL_TOKEN", help="opens /control/")
@click.option(
    "--open-control",
    is_flag=True,
    envvar="RAPPORT_SANDBOX_OPEN_CONTROL",
    help="let everybody use the control page",
)
@click.option("--fresh", is_flag=True, help="forget everything and start anew")
def main(  # noqa: PLR0913 - one argument for each option
    *,
    host: str,
    port: int,
    database: Path,
    name: str,
    issuer: str | None,
    tool_base_url: str,
    client_ids: tuple[str, ...],
    deployment_ids: tuple[str, ...],
    control_token: str | None,
    open_control: bool,
    fresh: bool,
) -> None:
    """Serve a small LMS whose people are made up."""
    if fresh:
        remove_database(database)
    dialect, origin = DIALECTS[name], f"http://{host}:{port}"
    config = SandboxConfig(
        issuer=issuer or origin,
        served_at=origin,
        dialect=dialect,
        database=database,
        tools=tuple(
            rapport_registration(tool_base_url, client_id=client_id, deployment_ids=deployment_ids)
            for client_id in client_ids
        ),
        courses=(demo_course(dialect),),
        control_token=control_token,
        control_is_open=open_control,
    )
    _serve(config)


def _serve(config: SandboxConfig) -> None:
    app = create_sandbox(config)
    try:
        server = open_server(app)
    except OSError as error:
        raise click.ClickException(f"{config.origin} cannot be opened: {error.strerror}") from error
    signal.signal(signal.SIGTERM, _stop)
    paths = config.dialect.paths
    click.echo(
        f"Sandbox LMS: {config.origin} ({config.dialect.name}); issuer {config.issuer},"
        f" auth {paths.auth}, token {paths.token}, keys {paths.key_set}"
    )
    try:
        server.serve_forever()
    finally:
        server.server_close()
        sandbox_of(app).close()


def _stop(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    # A second signal must not cut the closing short.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


if __name__ == "__main__":
    main()
