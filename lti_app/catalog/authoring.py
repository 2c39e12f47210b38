"""What a kind says of the items that instructors make themselves: the words of an editor.

The editor's fields come from the item's own model, so a kind only names them. It draws nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lti_app.catalog.spec import ItemSpec
from lti_app.core.translation import _


@dataclass(frozen=True)
class Ask:
    """How one field is asked for. All words are marked for translation.

    Attributes:
        each: what one row of a list is called.
        add: the words of the button that adds one.
        names: the list whose rows this field names, by their ids: its keys, joined by dots.
        is_seldom: it stands folded away, because most authors do not need it.
        unless: the box beside it with whose tick it is not asked for.
    """

    label: str
    hint: str = ""
    each: str = ""
    add: str = ""
    names: str = ""
    is_seldom: bool = False
    unless: str = ""


@dataclass(frozen=True)
class Authored:
    """A kind of item that instructors can make.

    Attributes:
        name: the `kind` of such items.
        title, about: what people call it, and what it is good for; marked for translation.
        icon: one of `static_src/icons.txt`.
        asks: how each field is asked for, by its keys, joined by dots; one without is asked for
            by its name.
        blank: what a new one starts with. Its texts are marked for translation.
    """

    name: str
    title: str
    about: str
    icon: str
    model: type[ItemSpec]
    asks: Mapping[str, Ask] = field(default_factory=dict)
    blank: Mapping[str, Any] = field(default_factory=dict)


#: What every item says of itself.
COMMON_ASKS: Mapping[str, Ask] = {
    "title": Ask(_("Title")),
    "summary": Ask(_("In one sentence"), _("For whoever chooses it.")),
    "minutes": Ask(_("Minutes"), _("How long it takes most people.")),
    "points": Ask(_("Points"), _("The most that a grade can be.")),
}
