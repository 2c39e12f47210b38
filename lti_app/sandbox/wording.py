"""The sandbox's gettext: the one function that every string a person reads goes through."""

from flask_babel import gettext


def _(message: str, **values: object) -> str:
    """Return the message in the reader's language, with its `%(name)s` filled in."""
    return str(gettext(message, **values))
