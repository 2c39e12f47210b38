"""Which language and direction a page has, and what time it shows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, get_babel, get_locale, get_translations
from markupsafe import Markup

from lti_app.core.paths import package_path
from lti_app.core.translation import best_locale, translations
from lti_app.web.context import viewer_or_none


@dataclass(frozen=True)
class PageLocale:
    """What the layout needs to know: `lang`, `dir`."""

    language: str
    direction: str


def wanted_locale() -> str:
    """Return the viewer's locale from the launch, else the browser's, else English."""
    return best_locale(_wanted_tags(), _folder())


def words_in(locale: str) -> NullTranslations:
    """Return the catalogue that fits a language tag, for words of a page whose reader is known."""
    return translations(best_locale([locale], _folder()), _folder())


def _folder() -> Path:
    return _path(get_babel().translation_directories[0])


_path = cache(Path)


def _wanted_tags() -> list[str]:
    viewer = viewer_or_none()
    browser = [language for language, _quality in request.accept_languages]
    return [viewer.locale, *browser] if viewer else browser


def page_locale() -> PageLocale:
    """Return language and direction of this request's page."""
    return _page_locale(wanted_locale())


@cache
def _page_locale(name: str) -> PageLocale:
    return PageLocale(name.replace("_", "-"), Locale.parse(name).text_direction)


def reader_zone() -> ZoneInfo | None:
    """Return the reader's time zone, or None when nobody told us."""
    viewer = viewer_or_none()
    try:
        return ZoneInfo(viewer.time_zone) if viewer and viewer.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def format_locale() -> Locale:
    """Return how dates and numbers are written: the reader's region, if we speak its language.

    English without a region is British, as our words are.
    """
    page = get_locale() or Locale("en")
    for tag in _wanted_tags():
        wanted = _parsed(tag)
        if wanted is not None and wanted.language == page.language and wanted.territory:
            return wanted
    return Locale("en", "GB") if page == Locale("en") else page


@lru_cache(maxsize=256)
def _parsed(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (ValueError, UnknownLocaleError):
        return None


def local_time(moment: datetime, zone: str = "") -> str:
    """Write a moment for its reader. Without a known zone it is UTC, and says so.

    Args:
        zone: where the page says that its times are, if that is not the reader's own.
    """
    if zone:
        there, spoken = moment.astimezone(ZoneInfo(zone)), format_locale()
        day, hour = format_date(there, locale=spoken), format_time(there, "short", locale=spoken)
        return f"{day}, {hour}"
    return f"{local_day(moment)}, {local_hour(moment)}"


def local_day(moment: datetime) -> str:
    """Write the day of a moment for its reader."""
    return format_date(_there(moment), format="medium", locale=format_locale())


def local_hour(moment: datetime) -> str:
    """Write the time of day of a moment. Without a known zone it is UTC, and says so."""
    hour = format_time(_there(moment), format="short", locale=format_locale())
    return hour if reader_zone() else f"{hour} UTC"


def is_same_day(moment: datetime, other: datetime) -> bool:
    """Whether two moments are of one day to their reader."""
    return _there(moment).date() == _there(other).date()


def _there(moment: datetime) -> datetime:
    return moment.astimezone(reader_zone() or UTC)


def decimals(number: Decimal | float) -> str:
    """Write a number for its reader, with at most two places."""
    return format_decimal(number, format="#,##0.##", locale=format_locale())


def _said(message: str, **values: object) -> Markup:
    """Say a message of a template: Flask-Babel's own looks for the catalogue at each of them.

    A table of a class says the same few words a thousand times.
    """
    said: dict[str, Markup] = g.setdefault("rapport_said", {})
    found = said.get(message)
    if found is None:
        found = said[message] = Markup(get_translations().ugettext(message))  # noqa: S704 - ours
    return found % values if values or "%" in found else found


def speak_languages(app: Flask, folder: Path | None = None) -> None:
    """Install gettext in views and templates.

    Args:
        folder: of the catalogues; the package's own unless given.
    """
    Babel(
        app,
        locale_selector=wanted_locale,
        default_translation_directories=str(folder or package_path("translations")),
    )
    app.jinja_env.globals.update(page_locale=page_locale, _=_said)
    app.jinja_env.filters.update(local_day=local_day, local_time=local_time, decimals=decimals)
