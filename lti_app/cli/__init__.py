"""The command `rapport`: it decides nothing, it prints what rooms say.

Each command is loaded when it is called, so that a web process never imports what only an
operator's command needs.
"""

from importlib import import_module

import click

from lti_app import __version__

#: command: (module, what it does)
_COMMANDS = {
    "course": ("lti_app.cli.course", "Look at course packs."),
    "db": ("lti_app.cli.db", "Bring the database up to date, look at it, copy it and put it back."),
    "demo": ("lti_app.cli.demo", "Start the tool and a small LMS beside it, ready to try."),
    "deployment": ("lti_app.cli.deployment", "Approve deployments of a platform."),
    "jobs": ("lti_app.cli.jobs", "See what is owed, and try it again."),
    "keys": ("lti_app.cli.keys", "Look at and rotate the tool's keys."),
    "kinds": ("lti_app.cli.kinds", "List the kinds of activity."),
    "platform": ("lti_app.cli.platform", "Register platforms."),
    "scores": (
        "lti_app.cli.scores",
        "After a restore: compare with gradebooks, and let sending go on.",
    ),
    "serve": ("lti_app.cli.serve", "Run the web server."),
    "worker": ("lti_app.cli.worker", "Run background work."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, sorted."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None when there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in sorted(_COMMANDS)])


@click.command(cls=LazyGroup)
@click.version_option(__version__, prog_name="rapport")
def main() -> None:
    """Rapport: practise relational leadership inside the LMS."""
