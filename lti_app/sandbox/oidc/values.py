"""A launch as values: what is true of it, free of database and request."""

from collections.abc import Mapping
from dataclasses import dataclass

from lti_app.sandbox.roles import CourseRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a tool may know of a person; only `sub` when they share nothing."""

    sub: str
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchFacts:
    """One person opening one link."""

    issuer: str
    client_id: str
    deployment_id: str
    target_link_uri: str
    resource_link_id: str
    link_title: str
    link_description: str
    context_id: str
    context_label: str
    context_title: str
    identity: Identity
    role: CourseRole
    custom: Mapping[str, str]
    line_item_url: str | None
    document_target: str
    product_family_code: str
    product_version: str
