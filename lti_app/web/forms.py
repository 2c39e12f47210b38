"""The base of every form: its token comes from the launch session, its words from gettext."""

from flask_wtf import FlaskForm


class Form(FlaskForm):
    """A form of a page with a session."""

    class Meta(FlaskForm.Meta):  # type: ignore[name-defined,misc]  # Flask-WTF has no types
        """The token was checked before the view; see `web.csrf`."""

        csrf = True
