"""The kinds, as a page reaches them."""

from typing import cast

from flask import current_app

from lti_app.submissions.registry import Registry

EXTENSION = "rapport.kinds"


def registry() -> Registry:
    """Return the registry of this app."""
    return cast(Registry, current_app.extensions[EXTENSION])
