"""What a platform asks for when somebody adds content: the deep linking request as values.

Pure. What a response holds stands in `content_items`, how it is signed in `deep_linking_answers`.
Source: LTI Deep Linking 2.0, section 4.4.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lti_app.core.names import clean_text
from lti_app.lti.addresses import host_of, is_service_url
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.roles import ContextRole, LaunchRoles

DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
SETTINGS = f"{DEEP_LINKING}deep_linking_settings"
RESOURCE_LINK_TYPE = "ltiResourceLink"
#: Who may add content to a course.
ADDING = frozenset({ContextRole.INSTRUCTOR, ContextRole.DESIGNER})
_MAX_TYPES = 50
_MAX_DATA_LENGTH = 64 * 1024

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class DeepLinkingSettings:
    """What the platform takes, and where it goes.

    Attributes:
        return_url: https, on one of the platform's hosts, with its query as it came.
        accept_types: never empty; names we do not know stay.
        accept_multiple: False where the platform says nothing: one item is always right.
        accept_lineitem: None where the platform does not say.
        title, text: what the platform suggests, cleaned; most send nothing.
        data: to be sent back as it came; None when there was none.
    """

    return_url: str
    accept_types: frozenset[str]
    accept_multiple: bool = False
    accept_lineitem: bool | None = None
    title: str | None = None
    text: str | None = None
    data: str | None = None

    @property
    def takes_links(self) -> bool:
        """Whether the platform takes what we have to give: links to activities."""
        return RESOURCE_LINK_TYPE in self.accept_types

    @property
    def sends_columns(self) -> bool:
        """Whether a link may say that it wants a gradebook column."""
        return self.accept_lineitem is not False


def deep_linking_of(
    claims: Claims, *, known_hosts: Collection[str], trusted_hosts: Sequence[str]
) -> DeepLinkingSettings:
    """Return the settings of a request.

    Args:
        claims: proven.
        known_hosts: of the platform: registered, or named by a service of this launch.
        trusted_hosts: hosts that may be plain http or private.

    Raises:
        LtiError: 400; they are missing, of another shape, or lead to a foreign address.
    """
    value = claims.get(SETTINGS)
    if not isinstance(value, dict) or not value:
        raise LtiError(Reason.DEEP_LINKING_MISSING)
    types = value.get("accept_types")
    if not isinstance(types, list) or not any(isinstance(one, str) and one for one in types):
        raise LtiError(Reason.ACCEPT_TYPES_MISSING)
    return DeepLinkingSettings(
        return_url=_return_url(value.get("deep_link_return_url"), known_hosts, trusted_hosts),
        accept_types=frozenset(one for one in types[:_MAX_TYPES] if isinstance(one, str) and one),
        accept_multiple=_flag(value, "accept_multiple") is True,
        accept_lineitem=_flag(value, "accept_lineitem"),
        title=clean_text(value.get("title")),
        text=clean_text(value.get("text"), limit=2000),
        data=_data(value),
    )


def _return_url(url: object, known_hosts: Collection[str], trusted_hosts: Sequence[str]) -> str:
    if url is None or url == "":
        raise LtiError(Reason.RETURN_URL_MISSING)
    if not is_service_url(url, trusted_hosts) or host_of(url) not in known_hosts:
        raise LtiError(Reason.RETURN_URL_REFUSED)
    return str(url)


def _flag(value: Mapping[str, Any], name: str) -> bool | None:
    """Return a boolean; some platforms write it as a word."""
    words = {"true": True, "false": False}
    given = value.get(name)
    return given if isinstance(given, bool) else words.get(str(given).lower())


def _data(value: Mapping[str, Any]) -> str | None:
    """Return the platform's own words, untouched."""
    data = value.get("data")
    if data is None:
        return None
    if not isinstance(data, str) or len(data) > _MAX_DATA_LENGTH or "\x00" in data:
        raise LtiError(Reason.DEEP_LINKING_MALFORMED)
    return data


def check_may_add(roles: LaunchRoles, *, is_in_course: bool) -> None:
    """Refuse everybody who does not make the course.

    Raises:
        LtiError: 403 for learners, assistants and people without a role in the course; 400
            outside a course, because an activity belongs to one.
    """
    if not roles.roles & ADDING:
        raise LtiError(Reason.ROLE_MAY_NOT_ADD)
    if not is_in_course:
        raise LtiError(Reason.COURSE_MISSING)
