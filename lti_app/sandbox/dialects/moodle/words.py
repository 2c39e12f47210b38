"""How Moodle writes figures and error pages. It decides nothing."""

from lti_app.sandbox.refusals import RefusalError


def figure(value: float) -> int | float:
    """Return a number as PHP writes it: without a fraction where there is none.

    >>> figure(100.0), figure(7.5)
    (100, 7.5)
    """
    return int(value) if value.is_integer() else value


def page_not_found(reason: str) -> RefusalError:
    """Return Moodle's way to say that something inside it broke: an HTML page with 404."""
    page = (
        '<!DOCTYPE html>\n<html dir="ltr" lang="en"><head><title>Error</title></head>'
        f'<body><div class="errorbox"><p class="errormessage">{reason}</p></div></body></html>\n'
    )
    return RefusalError(
        404, "http_error", "Not Found", body=page, content_type="text/html; charset=utf-8"
    )
