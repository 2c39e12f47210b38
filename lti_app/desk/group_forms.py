"""The forms of the pages about groups. They read what was typed and decide nothing."""

from flask_babel import gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from lti_app.core.names import one_line
from lti_app.people.groups import SetDetail
from lti_app.people.models import NAME_LENGTH
from lti_app.web.fields import WholeField, in_range
from lti_app.web.forms import Form

#: Groups that one split makes.
MOST_PARTS = 200
#: Stands for "no group" where groups are chosen by id.
NO_GROUP = "none"


class NameForm(Form):
    """What a set or a group is called."""

    name = StringField(filters=[one_line])

    def __init__(self, label: str, **given: object) -> None:
        """Give the field its words, in the reader's language."""
        super().__init__(**given)
        self.name.label.text = label
        too_long = _("Write at most %(count)s characters.", count=NAME_LENGTH)
        self.name.validators = [
            DataRequired(_("Write a name.")),
            Length(max=NAME_LENGTH, message=too_long),
        ]

    def words(self) -> str:
        """Return what was typed, without blanks that nobody sees."""
        return str(self.name.data)


class SplitForm(Form):
    """Into how many groups people are split."""

    parts = WholeField()

    def __init__(self, waiting: int, **given: object) -> None:
        """Give the field its words, in the reader's language."""
        super().__init__(**given)
        most = min(waiting, MOST_PARTS)
        self.parts.label.text = _("How many groups?")
        words = _("Write a whole number from 1 to %(most)s.", most=most)
        self.parts.validators = [in_range(words, least=1, most=most)]


class MoveForm(Form):
    """Where the people who are ticked go."""

    to = SelectField(validate_choice=False)

    def __init__(self, detail: SetDetail, **given: object) -> None:
        """Offer the groups of the set, and none."""
        super().__init__(**given)
        self.to.label.text = _("Move who is ticked to")
        self.to.choices = [
            ("", _("Choose a group")),
            *((group.public_id, group.name) for group in detail.groups),
            (NO_GROUP, _("No group")),
        ]


class FileForm(Form):
    """A file of people and groups, or its lines typed."""

    file = FileField()
    lines = TextAreaField()

    def __init__(self, **given: object) -> None:
        """Give the fields their words, in the reader's language."""
        super().__init__(**given)
        self.file.label.text = _("A CSV file")
        self.lines.label.text = _("Or its lines")
        self.lines.description = _("Paste them from a spreadsheet, the line with the heads first.")

    def text(self) -> str:
        """Return the lines, of the file where there is one."""
        sent = self.file.data
        content = sent.read() if sent else b""
        return _decoded(content) if content else (self.lines.data or "")


def _decoded(content: bytes) -> str:
    """Return the text of a file; spreadsheets still write old code pages."""
    is_wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\0", "")
