"""What it takes to connect a platform by hand: its own form, in its order, with its own names.

These are values; which ones, `forms_of_platforms` says. It draws no page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """What is to be done with a field of a form."""

    PASTE = "paste"
    CHOOSE = "choose"
    TICK = "tick"


@dataclass(frozen=True)
class Entry:
    """One field of a platform's form.

    Attributes:
        label: as the platform writes it, in English; never translated.
        value: what to paste or to choose; a pasted one may have several lines.
        note: what a person has to know besides, in the source language; often empty.
    """

    label: str
    value: str = ""
    how: How = How.PASTE
    note: str = ""


@dataclass(frozen=True)
class Step:
    """One form of the platform.

    Attributes:
        path: what to open, one after the other, as the platform names it.
    """

    path: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Returned:
    """What the platform shows in return.

    Attributes:
        option: of `rapport platform add`.
        value: where it is the same for every customer of the platform; else empty.
    """

    label: str
    option: str
    value: str = ""


@dataclass(frozen=True)
class HandForm:
    """How one kind of platform is connected by hand.

    Attributes:
        takes_link: whether it knows registration links, which need nothing of this.
        was_observed: whether the names and the behaviour were seen on a real one.
    """

    key: str
    name: str
    steps: tuple[Step, ...]
    returned: tuple[Returned, ...]
    takes_link: bool
    was_observed: bool = False

    @property
    def command(self) -> str:
        """The command with which whoever runs the tool ends the connection."""
        words = [f'rapport platform add --name "Our {self.name}"']
        words += [f"--{one.option} {one.value or '…'}" for one in self.returned]
        return " \\\n  ".join(words)


def lines_of(parameters: Mapping[str, str]) -> str:
    r"""Return custom parameters as most platforms want them, one to a line.

    >>> lines_of({"history": "$ResourceLink.id.history", "zone": "$Person.address.timezone"})
    'history=$ResourceLink.id.history\nzone=$Person.address.timezone'
    """
    return "\n".join(f"{name}={value}" for name, value in parameters.items())
