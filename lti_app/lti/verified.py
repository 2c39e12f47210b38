"""What a verified launch says, as values other rooms may hold. It checks nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lti_app.lti.deep_linking import DeepLinkingSettings
from lti_app.lti.quirks import Family
from lti_app.lti.registration import Registration
from lti_app.lti.roles import LaunchRoles


class MessageType(StrEnum):
    """The messages we know by name."""

    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"


class Note(StrEnum):
    """Something odd about a launch that was accepted; logged, never shown to learners."""

    TARGET_LINK_MISMATCH = "target_link_mismatch"
    SERVICE_DISABLED = "service_disabled"
    SERVICE_HOST_FOREIGN = "service_host_foreign"
    SERVICE_MALFORMED = "service_malformed"
    RETURN_URL_REFUSED = "return_url_refused"
    MENTOR_SCOPE_WITHOUT_ROLE = "mentor_scope_without_role"


@dataclass(frozen=True)
class DeploymentRef:
    """A deployment.

    Attributes:
        id: our row; None only where new deployments need no approval and this one is new,
            until `registrations.admit_deployment` has made the row.
        deployment_id: the platform's own name for it.
    """

    id: int | None
    deployment_id: str
    is_approved: bool


@dataclass(frozen=True)
class Names:
    """What the platform tells of a person; any part may be missing. Cleaned, at most 255 long."""

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class ContextClaim:
    """A course in the platform. `id` is unique within a deployment and never trimmed."""

    id: str
    label: str | None = None
    title: str | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceLink:
    """The link in the course that was followed."""

    id: str
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class AgsClaim:
    """Where grades go. `line_item_url` is set when exactly one column belongs to the link."""

    scopes: frozenset[str]
    line_items_url: str | None
    line_item_url: str | None

    @property
    def urls(self) -> tuple[str | None, ...]:
        """Every address of the service."""
        return self.line_items_url, self.line_item_url


@dataclass(frozen=True)
class NrpsClaim:
    """Where the roster is."""

    memberships_url: str

    @property
    def urls(self) -> tuple[str | None, ...]:
        """Every address of the service."""
        return (self.memberships_url,)


@dataclass(frozen=True)
class GroupsClaim:
    """Where the groups of the course are; `sets_url` is None when they stand in no sets."""

    groups_url: str
    sets_url: str | None

    @property
    def urls(self) -> tuple[str | None, ...]:
        """Every address of the service."""
        return self.groups_url, self.sets_url


@dataclass(frozen=True)
class NoticesClaim:
    """Where to ask for notices, and which of those we know the platform sends."""

    handlers_url: str
    types: frozenset[str]

    @property
    def urls(self) -> tuple[str | None, ...]:
        """Every address of the service."""
        return (self.handlers_url,)


@dataclass(frozen=True)
class ReviewClaim:
    """Whose work is to be looked at.

    Attributes:
        user_id: the person's `sub`.
        line_item_url: the column that the work was graded in; looked up, never called.
    """

    user_id: str
    line_item_url: str


@dataclass(frozen=True)
class Presentation:
    """How and where the launch is shown. `return_url` is https, on one of the platform's hosts."""

    return_url: str | None = None
    document_target: str | None = None
    locale: str | None = None


@dataclass(frozen=True)
class PlatformInfo:
    """What the platform says it is."""

    family: Family = Family.OTHER
    guid: str | None = None
    name: str | None = None
    version: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class ServiceNews:
    """What a launch says of services that is not stored yet.

    Attributes:
        hosts: to be added to the deployment's list.
        has_changed_addresses: whether the context's addresses or scopes differ from those stored.
        has_changed_notices: whether notices are asked for elsewhere than what is stored.
    """

    hosts: frozenset[str] = frozenset()
    has_changed_addresses: bool = False
    has_changed_notices: bool = False


@dataclass(frozen=True, repr=False)
class UnboundLaunch:
    """A launch that is proven but for its browser: nothing may follow from it yet.

    Attributes:
        nonce: the token's, which is the attempt's.
        storage_target: the frame that was asked to keep words for this attempt.
    """

    registration: Registration
    attempt_id: int
    state: str
    nonce: str
    storage_target: str


@dataclass(frozen=True)
class VerifiedLaunch:
    """A launch whose sender, browser, time and shape have been checked. Not yet consumed.

    Attributes:
        attempt_id: to be consumed in the transaction that stores what follows from the launch.
        sub: None only when the registration allows anonymous launches.
        locale: the person's language tag as sent, not yet matched against ours.
        custom: strings only; empty values and unresolved variables are left out.
        ags, nrps, groups, notices: None when absent or refused; a note says so.
        news: for `services.remember_services`, so that a warm launch writes nothing there.
        deep_linking: what somebody who adds content is asked for; None for other messages.
        frame_origins: `scheme://host[:port]` that may frame a page of this launch, sorted.
        review: set when somebody's work is to be looked at, and only then.
        mentored: the `sub` of each whom a mentor may follow; empty for everybody else.
        legacy_user_id: what the person was called before LTI 1.3, if the launch proves it.
    """

    registration: Registration
    deployment: DeploymentRef
    attempt_id: int
    message_type: MessageType
    sub: str | None
    names: Names
    locale: str | None
    roles: LaunchRoles
    context: ContextClaim | None
    resource_link: ResourceLink | None
    target_link_uri: str
    custom: Mapping[str, str]
    ags: AgsClaim | None
    nrps: NrpsClaim | None
    presentation: Presentation
    platform_info: PlatformInfo
    frame_origins: tuple[str, ...]
    issued_at: datetime
    notes: tuple[Note, ...]
    news: ServiceNews
    deep_linking: DeepLinkingSettings | None = None
    groups: GroupsClaim | None = None
    notices: NoticesClaim | None = None
    review: ReviewClaim | None = None
    mentored: tuple[str, ...] = ()
    legacy_user_id: str | None = None
