"""The forms of Moodle, Canvas, Blackboard, Brightspace and Sakai, filled with our values.

Labels are those of the platforms: Moodle 4.5 as it was seen, the others as their makers or users
describe them. Every value comes from `configuration`.
"""

from collections.abc import Mapping

from lti_app.core.translation import _
from lti_app.lti.configuration import ToolConfiguration, configuration_for
from lti_app.lti.forms_by_hand import Entry, HandForm, How, Returned, Step, lines_of
from lti_app.lti.quirks import Family

_NO_E_MAIL = _("It is not needed: it only stands in where no name is sent.")
_CANVAS_SIGN_IN = "https://sso.canvaslms.com"


def forms_by_hand(base_url: str) -> Mapping[str, HandForm]:
    """Return the form of every platform that we know, by its key, the most asked for first."""
    others = configuration_for(base_url)
    forms = (
        _moodle(configuration_for(base_url, Family.MOODLE)),
        _canvas(configuration_for(base_url, Family.CANVAS), f"{base_url}/lti/canvas.json"),
        _blackboard(others),
        _brightspace(others, base_url),
        _sakai(others),
    )
    return {form.key: form for form in forms}


def _tick(*labels: str, note: str = "") -> tuple[Entry, ...]:
    return tuple(Entry(label, how=How.TICK, note=note) for label in labels)


def _choose(label: str, value: str, note: str = "") -> Entry:
    return Entry(label, value, How.CHOOSE, note)


def _moodle(asked: ToolConfiguration) -> HandForm:
    path = (
        "Site administration",
        "Plugins",
        "Activity modules",
        "External tool",
        "Manage tools",
        "configure a tool manually",
    )
    name = _("Without it people have no name here; nothing else needs it.")
    entries = (
        Entry("Tool name", asked.title),
        Entry("Tool URL", asked.launch_url),
        Entry("Tool description", asked.description),
        _choose("LTI version", "LTI 1.3"),
        _choose("Public key type", "Keyset URL"),
        Entry("Public keyset", asked.jwks_url),
        Entry("Initiate login URL", asked.login_url),
        Entry("Redirection URI(s)", asked.launch_url),
        Entry("Custom parameters", lines_of(asked.custom_parameters)),
        _choose("Tool configuration usage", "Show in activity chooser and as a preconfigured tool"),
        _choose("Default launch container", "Embed, without blocks"),
        *_tick("Supports Deep Linking (Content-Item Message)"),
        Entry("Content Selection URL", asked.launch_url),
        Entry("Icon URL", asked.icon_url, note=_("Behind “Show more…”.")),
        _choose(
            "IMS LTI Assignment and Grade Services",
            "Use this service for grade sync and column management",
        ),
        _choose(
            "IMS LTI Names and Role Provisioning",
            "Use this service to retrieve members' information as per privacy settings",
        ),
        _choose("Share launcher's name with tool", "Always", name),
        _choose("Share launcher's email with tool", "Never", _NO_E_MAIL),
        _choose("Accept grades from the tool", "Always"),
    )
    returned = (
        Returned("Platform ID", "issuer"),
        Returned("Client ID", "client-id"),
        Returned("Public keyset URL", "jwks-url"),
        Returned("Access token URL", "token-url"),
        Returned("Authentication request URL", "auth-url"),
        Returned("Deployment ID", "deployment-id"),
    )
    return HandForm(
        "moodle", "Moodle", (Step(path, entries),), returned, takes_link=True, was_observed=True
    )


def _canvas(asked: ToolConfiguration, json_url: str) -> HandForm:
    key = Step(
        ("Admin", "Developer Keys", "+ Developer Key", "+ LTI Key"),
        (
            Entry("Key Name", asked.title),
            Entry("Redirect URIs", asked.launch_url),
            _choose("Method", "Enter URL"),
            Entry("JSON URL", json_url),
            _choose("State", "On", _("In the list of keys, once this one is saved.")),
        ),
    )
    app = Step(
        ("Admin", "Settings", "Apps", "View App Configurations", "+ App"),
        (
            _choose("Configuration Type", "By Client ID"),
            Entry(
                "Client ID",
                how=How.CHOOSE,
                note=_("The long number in the column “Details” of the list of keys."),
            ),
        ),
    )
    returned = (
        Returned("Issuer", "issuer", "https://canvas.instructure.com"),
        Returned("Client ID", "client-id"),
        Returned("JWKs", "jwks-url", f"{_CANVAS_SIGN_IN}/api/lti/security/jwks"),
        Returned("Token", "token-url", f"{_CANVAS_SIGN_IN}/login/oauth2/token"),
        Returned("Authorization", "auth-url", f"{_CANVAS_SIGN_IN}/api/lti/authorize_redirect"),
        Returned("Deployment Id", "deployment-id"),
    )
    return HandForm("canvas", "Canvas", (key, app), returned, takes_link=True)


def _blackboard(asked: ToolConfiguration) -> HandForm:
    portal = Step(
        ("developer.anthology.com", "My Applications", "+"),
        (
            Entry("Application Name", asked.title),
            Entry("Description", asked.description),
            Entry("Domain(s)", asked.domain),
            *_tick("My Integration supports LTI 1.3"),
            Entry("Login Initiation URL", asked.login_url),
            Entry("Tool Redirect URL(s)", asked.launch_url),
            Entry("Tool JWKS URL", asked.jwks_url),
            _choose("Signing Algorithm", "RS256"),
            Entry("Custom Parameters", lines_of(asked.custom_parameters)),
        ),
    )
    learn = Step(
        (
            "Administrator Panel",
            "Integrations",
            "LTI Tool Providers",
            "Register LTI 1.3/Advantage Tool",
        ),
        (
            Entry("Client ID", how=How.CHOOSE, note=_("The Application ID that the portal shows.")),
            _choose("Tool Status", "Approved"),
            *_tick("Role in Course", "Name"),
            _choose("Allow grade service access", "Yes"),
            _choose("Allow Membership Service Access", "Yes"),
        ),
    )
    placement = Step(
        ("LTI Tool Providers", "Manage Placements", "Create Placement"),
        (
            Entry("Label", asked.title),
            Entry("Handle", asked.title.lower()),
            *_tick("Deep Linking content tool", "Allow student access"),
            Entry("Target Link URI", asked.launch_url),
        ),
    )
    returned = (
        Returned("Issuer", "issuer"),
        Returned("Application ID", "client-id"),
        Returned("Public keyset URL", "jwks-url"),
        Returned("Auth token endpoint", "token-url"),
        Returned("OIDC auth request endpoint", "auth-url"),
        Returned("Deployment ID", "deployment-id"),
    )
    return HandForm(
        "blackboard", "Blackboard", (portal, learn, placement), returned, takes_link=False
    )


def _brightspace(asked: ToolConfiguration, base_url: str) -> HandForm:
    services = (
        "Assignment and Grade Services",
        "Deep Linking",
        "Names and Role Provisioning Services",
    )
    tool = Step(
        ("Admin Tools", "Manage Extensibility", "LTI Advantage", "Register Tool", "Standard"),
        (
            Entry("Name", asked.title),
            Entry("Description", asked.description),
            Entry("Domain", base_url),
            Entry("Redirect URLs", asked.launch_url),
            Entry("OpenID Connect Login URL", asked.login_url),
            Entry("Target Link URI", asked.launch_url),
            Entry("Keyset URL", asked.jwks_url),
            *_tick(*services),
            Entry(
                "Custom Parameters",
                lines_of(asked.custom_parameters),
                note=_("One at a time: what stands before “=” is its name, the rest its value."),
            ),
        ),
    )
    deployment = Step(
        ("View Deployments", "New Deployment"),
        (
            Entry("Name", asked.title),
            *_tick(*services),
            *_tick("First Name", "Last Name", note=_("Under “Security Settings”, and no others.")),
            Entry(
                "Make tool available to",
                how=How.CHOOSE,
                note=_("The org units that may use it. Then enable the tool."),
            ),
        ),
    )
    returned = (
        Returned("Issuer", "issuer"),
        Returned("Client Id", "client-id"),
        Returned("Brightspace Keyset URL", "jwks-url"),
        Returned("Brightspace OAuth2 Access Token URL", "token-url"),
        Returned("OpenID Connect Authentication Endpoint", "auth-url"),
        Returned("Brightspace OAuth2 Audience", "audience"),
        Returned("Deployment Id", "deployment-id"),
    )
    return HandForm("brightspace", "Brightspace", (tool, deployment), returned, takes_link=True)


def _sakai(asked: ToolConfiguration) -> HandForm:
    path = ("Administration Workspace", "External Tools", "Install LTI Tool")
    entries = (
        Entry("Tool Title", asked.title),
        Entry("Launch URL (1.1) / Target Link URI (1.3)", asked.launch_url),
        *_tick(
            "The tool URL supports a single LTI tool (Resource Link launch)",
            "The tool URL supports content-item or deep-link launches",
            "Allow the tool to be selected from Lessons",
            "Send User Names to External Tool",
            "Provide Roster to External Tool",
            "Allow External Tool to return grades",
            "Tool supports LTI 1.3",
        ),
        Entry("LTI 1.3 Tool Keyset / JWK URL", asked.jwks_url),
        Entry("LTI 1.3 Tool OpenID Connect/Initialization Endpoint", asked.login_url),
        Entry("LTI 1.3 Tool Redirect Endpoint(s)", asked.launch_url),
        Entry("Custom Parameters", lines_of(asked.custom_parameters)),
    )
    returned = (
        Returned("LTI 1.3 Platform Issuer", "issuer"),
        Returned("LTI 1.3 Client ID", "client-id"),
        Returned("LTI 1.3 Platform OAuth2 Well-Known/KeySet URL", "jwks-url"),
        Returned("LTI 1.3 Platform OAuth2 Bearer Token Retrieval URL", "token-url"),
        Returned("LTI 1.3 Platform OIDC Authentication URL", "auth-url"),
        Returned("LTI 1.3 Deployment ID", "deployment-id"),
    )
    return HandForm("sakai", "Sakai", (Step(path, entries),), returned, takes_link=True)
