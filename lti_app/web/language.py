"""Which language and direction a page has, and what time it shows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal
from flask import Flask, request
from flask_babel import Babel, get_locale

from lti_app.core.paths import package_path
from lti_app.core.translation import best_locale
from lti_app.web.context import viewer_or_none


@dataclass(frozen=True)
class PageLocale:
    """What the layout needs to know: `lang`, `dir`."""

    language: str
    direction: str


def wanted_locale() -> str:
    """Return the viewer's locale from the launch, else the browser's, else English."""
    viewer = viewer_or_none()
    browser = [language for language, _quality in request.accept_languages]
    return best_locale([viewer.locale, *browser] if viewer else browser)


def page_locale() -> PageLocale:
    """Return language and direction of this request's page."""
    locale = get_locale() or Locale("en")
    return PageLocale(str(locale).replace("_", "-"), locale.text_direction)


def reader_zone() -> ZoneInfo | None:
    """Return the reader's time zone, or None when nobody told us."""
    viewer = viewer_or_none()
    try:
        return ZoneInfo(viewer.time_zone) if viewer and viewer.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def local_time(moment: datetime) -> str:
    """Write a moment for its reader. Without a known zone it is UTC, and says so."""
    zone = reader_zone()
    pattern = "medium" if zone else "d MMM y, HH:mm 'UTC'"
    return format_datetime(
        moment, format=pattern, tzinfo=zone or ZoneInfo("UTC"), locale=get_locale() or "en"
    )


def decimals(number: Decimal | float) -> str:
    """Write a number for its reader, with at most two places."""
    return format_decimal(number, format="#,##0.##", locale=get_locale() or "en")


def speak_languages(app: Flask) -> None:
    """Install gettext in views and templates."""
    Babel(
        app,
        locale_selector=wanted_locale,
        default_translation_directories=str(package_path("translations")),
    )
    app.jinja_env.globals.update(page_locale=page_locale)
    app.jinja_env.filters.update(local_time=local_time, decimals=decimals)
