"""What this tool asks of a platform: addresses, scopes, messages, placements, claims, variables.

One list for dynamic registration, for the page of values to paste and for Canvas's own form. It
reads nothing and sends nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from lti_app.core.translation import _
from lti_app.lti.quirks import Family
from lti_app.lti.verified import MessageType

_SPEC = "https://purl.imsglobal.org/spec/"

LINE_ITEMS = f"{_SPEC}lti-ags/scope/lineitem"
RESULTS = f"{_SPEC}lti-ags/scope/result.readonly"
SCORES = f"{_SPEC}lti-ags/scope/score"
MEMBERS = f"{_SPEC}lti-nrps/scope/contextmembership.readonly"
GROUPS = f"{_SPEC}lti-gs/scope/contextgroup.readonly"
NOTICES = f"{_SPEC}lti/scope/noticehandlers"
#: Everything that we ever ask a platform for, and nothing that we do not use.
SCOPES = (LINE_ITEMS, RESULTS, SCORES, MEMBERS, GROUPS, NOTICES)

#: What an id token is to say of a person. All but the first two may be withheld.
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")

#: Sent with every launch. A platform that does not know a variable sends its name instead.
CUSTOM_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "history": "$ResourceLink.id.history",
        "context_history": "$Context.id.history",
        "time_zone": "$Person.address.timezone",
    }
)
#: Canvas alone knows these.
_CANVAS_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {"high_contrast": "$Canvas.user.prefersHighContrast"}
)

TITLE = "Rapport"
DESCRIPTION = _(
    "Exercises, mentorship and journals for relational leadership, inside your courses, with"
    " grades in your gradebook."
)
CHOOSE_LABEL = _("Add a Rapport activity")
#: Canvas sends names at this level, and neither an e-mail address nor a picture.
CANVAS_PRIVACY_LEVEL = "name_only"

#: Where teachers can add an activity. Canvas has names of its own.
_PLACEMENTS: Mapping[Family, tuple[str, ...]] = MappingProxyType(
    {
        Family.MOODLE: ("ContentArea",),
        Family.CANVAS: (
            "assignment_selection",
            "link_selection",
            "module_index_menu_modal",
            "course_assignments_menu",
        ),
        Family.OTHER: ("ContentArea",),
    }
)


@dataclass(frozen=True)
class ToolMessage:
    """One kind of message that the tool takes.

    Attributes:
        label: what a button that begins it says, in the source language; empty where none does.
        placements: names of places in the platform; empty where the message has none of its own.
    """

    type: MessageType
    target_link_uri: str
    label: str = ""
    placements: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToolConfiguration:
    """What a platform is told of this tool.

    Attributes:
        domain: host, and port where it is not the scheme's own; no scheme.
        launch_url: the one redirect URI, and where every message goes.
        notices_url: where a platform may send notices.
        icon_url: a picture, square, in SVG.
    """

    title: str
    description: str
    domain: str
    login_url: str
    launch_url: str
    jwks_url: str
    notices_url: str
    icon_url: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    messages: tuple[ToolMessage, ...]
    custom_parameters: Mapping[str, str]
    canvas_privacy_level: str = CANVAS_PRIVACY_LEVEL

    @property
    def deep_linking(self) -> ToolMessage:
        """The message with which teachers add activities."""
        return next(each for each in self.messages if each.type is MessageType.DEEP_LINKING)


def configuration_for(base_url: str, family: Family = Family.OTHER) -> ToolConfiguration:
    """Return what the tool asks of a platform of one family.

    Args:
        base_url: the tool's own address, without a slash at its end.

    >>> configuration_for("https://tool.test").login_url
    'https://tool.test/lti/login'
    """
    launch_url = f"{base_url}/lti/launch"
    return ToolConfiguration(
        title=TITLE,
        description=DESCRIPTION,
        domain=urlsplit(base_url).netloc,
        login_url=f"{base_url}/lti/login",
        launch_url=launch_url,
        jwks_url=f"{base_url}/lti/jwks.json",
        notices_url=f"{base_url}/lti/notices",
        icon_url=f"{base_url}/static/img/mark.svg",
        scopes=_scopes(family),
        claims=_claims(family),
        messages=_messages(launch_url, family),
        custom_parameters=_custom_parameters(family),
    )


def _messages(launch_url: str, family: Family) -> tuple[ToolMessage, ...]:
    return (
        ToolMessage(MessageType.RESOURCE_LINK, launch_url),
        ToolMessage(
            MessageType.DEEP_LINKING,
            launch_url,
            label=CHOOSE_LABEL,
            placements=_PLACEMENTS[family],
        ),
        ToolMessage(MessageType.SUBMISSION_REVIEW, launch_url),
    )


def _scopes(family: Family) -> tuple[str, ...]:
    """Leave out what Canvas does not know: it would refuse a whole configuration for it."""
    return tuple(each for each in SCOPES if family is not Family.CANVAS or each != GROUPS)


def _claims(family: Family) -> tuple[str, ...]:
    """Leave out the e-mail address where names are sure to come: there it stands in for nothing."""
    return tuple(each for each in CLAIMS if family is not Family.CANVAS or each != "email")


def _custom_parameters(family: Family) -> Mapping[str, str]:
    if family is Family.CANVAS:
        return MappingProxyType({**CUSTOM_PARAMETERS, **_CANVAS_PARAMETERS})
    return CUSTOM_PARAMETERS


def offered(asked: Collection[str], supported: Collection[str] | None) -> tuple[str, ...]:
    """Return what of a list a platform says it has; all of it where it does not say.

    >>> offered(("a", "b"), ["b", "c"]), offered(("a", "b"), None)
    (('b',), ('a', 'b'))
    """
    return tuple(each for each in asked if not supported or each in supported)
