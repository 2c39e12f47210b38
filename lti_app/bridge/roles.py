"""From the platform's roles to ours. Only context roles count."""

from lti_app.lti.roles import ContextRole, LaunchRoles
from lti_app.people.roles import Role, highest

_OURS = {
    ContextRole.INSTRUCTOR: Role.INSTRUCTOR,
    ContextRole.TEACHING_ASSISTANT: Role.TEACHING_ASSISTANT,
    ContextRole.DESIGNER: Role.DESIGNER,
    ContextRole.LEARNER: Role.LEARNER,
    ContextRole.OBSERVER: Role.OBSERVER,
}


def role_of(roles: LaunchRoles) -> Role:
    """Return the one role a viewer has in this context; GUEST when none counts."""
    return highest({_OURS[role] for role in roles.roles if role in _OURS})
