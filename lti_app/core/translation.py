"""Words in a reader's language, also where there is no web request.

Flask-Babel decides the locale of a request; this room only looks messages up. Catalogues are in
`lti_app/translations/<locale>/LC_MESSAGES/messages.mo`; without one, English is what is written.
"""

from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.support import NullTranslations, Translations

from lti_app.core.paths import package_path

SOURCE_LOCALE = "en"


@cache
def available_locales(folder: Path | None = None) -> tuple[str, ...]:
    """Return the locales that have a catalogue, and English, which needs none."""
    root = folder or package_path("translations")
    found = sorted(path.parents[1].name for path in root.glob("*/LC_MESSAGES/messages.mo"))
    return (SOURCE_LOCALE, *(name for name in found if name != SOURCE_LOCALE))


def best_locale(wanted: list[str], folder: Path | None = None) -> str:
    """Return the available locale that fits best, English when none does.

    >>> best_locale(["../../", "xx", "en-GB"])
    'en'
    """
    return _best_locale(tuple(wanted), folder)


@lru_cache(maxsize=256)
def _best_locale(wanted: tuple[str, ...], folder: Path | None) -> str:
    """Browsers ask for the same few combinations, at every page."""
    preferred = [tag.replace("-", "_") for tag in wanted if _is_locale(tag)]
    return negotiate_locale(preferred, available_locales(folder), sep="_") or SOURCE_LOCALE


def _is_locale(tag: str) -> bool:
    try:
        Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError, TypeError):
        return False
    return True


@cache
def translations(locale: str, folder: Path | None = None) -> NullTranslations:
    """Return the catalogue of one of the `available_locales`."""
    return Translations.load(folder or package_path("translations"), [locale])


def _(message: str) -> str:
    """Mark a message for extraction where no reader is known yet; it is translated when shown."""
    return message
