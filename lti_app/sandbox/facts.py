"""A launch as values: what is true of it, free of database and request."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.vocabulary import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a tool may know of a person; only `sub` when they share nothing."""

    sub: str
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """Whose work is to be looked at, of which column.

    Attributes:
        target_link_uri: where the tool said that reviews go.
        has_link: whether the column belongs to the link of the launch.
    """

    identity: Identity
    role: CourseRole
    line_item_url: str
    target_link_uri: str
    custom: Mapping[str, str]
    has_link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PickingFacts:
    """What a tool is asked for, at which place; the settings are the claim as it will be sent."""

    place: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchFacts:
    """One person opening one link.

    Attributes:
        origin: where the platform is served, which need not be its issuer.
        tool_number: the number of the registration in this platform.
        line_item_url: of the one column that is the link's; None when it has none or several.
        line_item_is_coupled: whether that column came with the link, and was not made by the tool.
        link_is_graded: whether the link was made with points, also when its column is gone.
        context_history, link_history: what is told of where they were copied from; None where
            that variable is not known.
        groups_url, group_sets_url, notices_url: None where the platform has no such service.
        scopes: what the tool may ask for.
        review: set when the launch is about somebody's work.
        picking: set when the launch is there to choose content.
    """

    issuer: str
    origin: str
    client_id: str
    tool_number: int
    deployment_id: str
    target_link_uri: str
    resource_link_id: str
    link_title: str
    link_description: str
    link_is_graded: bool
    context_id: str
    context_label: str
    context_title: str
    identity: Identity
    role: CourseRole
    custom: Mapping[str, str]
    line_items_url: str
    line_item_url: str | None
    line_item_is_coupled: bool
    memberships_url: str
    return_url: str
    document_target: str
    product_family_code: str
    product_version: str
    context_history: str | None = ""
    link_history: str | None = ""
    groups_url: str | None = None
    group_sets_url: str | None = None
    notices_url: str | None = None
    review: ReviewFacts | None = None
    picking: PickingFacts | None = None
    scopes: Collection[str] = tuple(Scope)
