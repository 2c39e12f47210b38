"""The time zones there are to choose from, by region, with the names of their cities."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import get_timezone_location
from flask_babel import gettext

from lti_app.core.translation import _
from lti_app.web.language import format_locale

#: The areas of the IANA database that are places on earth, and what people call them.
_REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}
UTC_NAME = "UTC"
_ENGLISH = Locale("en")


def zone_named(name: str | None) -> ZoneInfo:
    """Return a zone; UTC where the name is none of this machine's."""
    return ZoneInfo(name if name in available_timezones() else UTC_NAME)


def zone_choices(current: str) -> dict[str, list[tuple[str, str]]]:
    """Return region to pairs of IANA name and city, in the order of their words.

    Args:
        current: the zone of now, which is among them in any case.
    """
    cities = dict(cities_in(str(format_locale())))
    if current not in cities.values():
        cities[current] = current
    groups: dict[str, list[tuple[str, str]]] = {}
    for words, name in sorted(cities.items()):
        groups.setdefault(name.split("/")[0], []).append((name, words))
    elsewhere = [pair for area, pairs in groups.items() if area not in _REGIONS for pair in pairs]
    found = {gettext(words): groups[area] for area, words in _REGIONS.items() if area in groups}
    return {gettext("Everywhere"): elsewhere, **found}


@lru_cache(maxsize=32)
def cities_in(locale: str) -> tuple[tuple[str, str], ...]:
    """Return city and IANA name of every place, once for each: old names mean the same zone."""
    chosen: dict[str, str] = {}
    for name in sorted(available_timezones()):
        if name.split("/")[0] not in _REGIONS:
            continue
        city = get_timezone_location(name, locale=_ENGLISH, return_city=True)
        # Of several names of one place, the one that is called like it.
        if city not in chosen or name.endswith(f"/{city.replace(' ', '_')}"):
            chosen[city] = name
    spoken = Locale.parse(locale)
    return ((UTC_NAME, UTC_NAME), *((_city(name, spoken), name) for name in chosen.values()))


def _city(name: str, spoken: Locale) -> str:
    """Return what a place is called, its city first, because that is what people type."""
    *wider, city = get_timezone_location(name, locale=spoken, return_city=True).split("/")
    return f"{city} ({', '.join(wider)})" if wider else city
