"""The sandbox's gettext: which language a page is in, and the one way its words are looked up."""

from flask import Flask, request
from flask_babel import Babel, get_babel, gettext

from lti_app.core.paths import package_path

_SOURCE_LANGUAGE = "en"


def _(message: str, **values: object) -> str:
    """Return the message in the reader's language, with its `%(name)s` filled in."""
    return str(gettext(message, **values))


def speak(app: Flask) -> None:
    """Let an app's pages speak the reader's language, as far as there are catalogues."""
    folder = str(package_path("translations"))
    Babel(app, default_translation_directories=folder, locale_selector=page_language)
    app.jinja_env.globals["page_language"] = page_language


def page_language() -> str:
    """Return the best language for the reader, the one that is written here when none fits."""
    known = [str(locale) for locale in get_babel().instance.list_translations()]
    return request.accept_languages.best_match(known) or _SOURCE_LANGUAGE
