"""The base of every form: its token comes from the launch session, its words from gettext."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of a page with a session; its token was checked before the view, see `web.csrf`."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        """How what was sent is read."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Leave out what nobody types and PostgreSQL stores in no text: NUL."""
            sent = super().wrap_formdata(form, formdata)
            if not sent:
                return sent
            fields = list(sent.items(multi=True))
            if not any(isinstance(value, str) and "\0" in value for _name, value in fields):
                return sent
            return ImmutableMultiDict(
                (name, value.replace("\0", "") if isinstance(value, str) else value)
                for name, value in fields
            )
