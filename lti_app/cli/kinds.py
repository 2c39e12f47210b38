"""`rapport kinds`: what kinds of activity are registered."""

import click

from lti_app.submissions.registry import load_registry


@click.command()
def command() -> None:
    """List the kinds of activity."""
    registry = load_registry(with_pages=False)
    for kind in registry:
        click.echo(f"{kind:12} {registry.rules(kind).title}")
