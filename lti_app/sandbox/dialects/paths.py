"""Where each dialect serves what. These are addresses and nothing else."""

from lti_app.sandbox.addresses import Paths

PLAIN_PATHS = Paths(
    auth="/lti/auth",
    token="/lti/token",  # noqa: S106 - an address, not a secret
    key_set="/lti/jwks.json",
    line_items="/lti/courses/{course}/lineitems",
    line_item="/lti/courses/{course}/lineitems/{item}",
    memberships="/lti/courses/{course}/memberships",
    groups="/lti/courses/{course}/groups",
    group_sets="/lti/courses/{course}/group-sets",
    notices="/lti/tools/{tool}/notice-handlers",
    configuration="/lti/openid-configuration",
    registration="/lti/registrations",
    prefixes=("/lti/",),
)

MOODLE_PATHS = Paths(
    auth="/mod/lti/auth.php",
    token="/mod/lti/token.php",  # noqa: S106 - an address, not a secret
    key_set="/mod/lti/certs.php",
    line_items="/mod/lti/services.php/{course}/lineitems",
    line_item="/mod/lti/services.php/{course}/lineitems/{item}/lineitem",
    memberships="/mod/lti/services.php/CourseSection/{course}/bindings/{tool}/memberships",
    configuration="/mod/lti/openid-configuration.php",
    registration="/mod/lti/openid-registration.php",
    prefixes=("/mod/lti/",),
    names_tool=True,
)

CANVAS_PATHS = Paths(
    auth="/api/lti/authorize_redirect",
    token="/login/oauth2/token",  # noqa: S106 - an address, not a secret
    key_set="/api/lti/security/jwks",
    line_items="/api/lti/courses/{course}/line_items",
    line_item="/api/lti/courses/{course}/line_items/{item}",
    memberships="/api/lti/courses/{course}/names_and_roles",
    groups="/api/lti/courses/{course}/groups",
    notices="/api/lti/notice-handlers/{tool}",
    configuration="/api/lti/security/openid-configuration",
    registration="/api/lti/registrations",
    prefixes=("/api/lti/", "/login/oauth2/"),
    course_is_a_number=True,
)
