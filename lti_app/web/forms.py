"""The base of every form: its token comes from the launch session, its words from gettext."""

from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of a page with a session; its token was checked before the view, see `web.csrf`."""
