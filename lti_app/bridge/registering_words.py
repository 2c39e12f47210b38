"""What an administrator reads while a platform is connected: what is asked and why, what is next.

It decides no rule. Words are marked here and translated when drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lti_app.core.translation import _
from lti_app.lti.configuration import GROUPS, LINE_ITEMS, MEMBERS, NOTICES, RESULTS, SCORES
from lti_app.lti.verified import MessageType

NAMES, ADDING = "names", "adding"


@dataclass(frozen=True)
class Wish:
    """One thing that is asked of a platform, and what for.

    Attributes:
        needs: scopes or messages; one of them is enough for a part of it, all for the whole.
        claim: of a person; the wish is none of a platform that is not asked for it.
    """

    title: str
    why: str
    needs: tuple[str, ...] = ()
    claim: str = ""


WISHES = (
    Wish(
        _("Names"),
        _(
            "So that people meet by name. Your own privacy settings still decide; without names"
            " everything works, and people see a short code instead."
        ),
    ),
    Wish(
        _("E-mail addresses"),
        _(
            "They stand in where there is no name. No mail is sent, and it is best not to give"
            " them."
        ),
        claim="email",
    ),
    Wish(
        _("A place to add activities"),
        _("So that teachers choose an activity where they add everything else."),
        (MessageType.DEEP_LINKING.value,),
    ),
    Wish(
        _("Gradebook columns and scores"),
        _("So that each graded activity has its column, and released grades arrive there."),
        (LINE_ITEMS, SCORES),
    ),
    Wish(
        _("Reading back its own columns"),
        _("So that a grade somebody entered by hand is noticed and left alone."),
        (RESULTS,),
    ),
    Wish(
        _("Who is in a course"),
        _("So that people can be paired, and teachers see who has not begun."),
        (MEMBERS,),
    ),
    Wish(
        _("Groups of a course"),
        _("So that groups which exist already need not be made again."),
        (GROUPS,),
    ),
    Wish(
        _("Notice of copied courses"),
        _("So that the settings of activities are there in the copy, without anybody’s work."),
        (NOTICES,),
    ),
)

#: What makes a registered tool available, by the code of the product.
_NEXT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "moodle": (
            _(
                "In Moodle, open Site administration, then Plugins, Activity modules, External"
                " tool, Manage tools. Rapport’s card says that it is pending: choose Activate."
            ),
            _(
                "In a course, open More, then LTI External tools, and switch on “Show in activity"
                " chooser” for Rapport."
            ),
        ),
        "canvas": (
            _("In Canvas, go on in the window that opened this one: review Rapport and enable it."),
            _("Make it available to the accounts or courses that are to use it."),
        ),
        "desire2learn": (
            _(
                "In Brightspace, open Admin tools, then Manage Extensibility, LTI Advantage."
                " Rapport is disabled there: open it and enable it."
            ),
            _("Make a deployment for the org units that are to use it, with the services below."),
        ),
    }
)
_NEXT_ELSEWHERE = (
    _("In your learning platform, open the list of external tools and switch Rapport on."),
    _("Make it available to the courses that are to use it."),
)


def next_steps(product: str) -> tuple[str, ...]:
    """Return what an administrator does next in a platform of this product."""
    return _NEXT.get(product.lower(), _NEXT_ELSEWHERE)
