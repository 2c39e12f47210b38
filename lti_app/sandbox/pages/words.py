"""Words and figures that several templates need. It reads no database."""

from datetime import datetime

from flask import Flask

from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.state import sandbox_of
from lti_app.sandbox.wording import _


def add_words(app: Flask) -> None:
    """Give the templates what they call, and the filters `points` and `moment`."""
    app.jinja_env.globals["role_name"] = role_name
    app.jinja_env.globals["has_control_page"] = sandbox_of(app).config.has_control_page
    app.jinja_env.globals["has_groups"] = bool(sandbox_of(app).dialect.paths.groups)
    app.jinja_env.filters["points"] = points
    app.jinja_env.filters["moment"] = moment


def role_name(role: CourseRole) -> str:
    """Return what a part in a course is called."""
    names = {
        CourseRole.INSTRUCTOR: _("Instructor"),
        CourseRole.TEACHING_ASSISTANT: _("Teaching assistant"),
        CourseRole.LEARNER: _("Learner"),
        CourseRole.TEST_STUDENT: _("Test student"),
        CourseRole.ADMINISTRATOR: _("Administrator"),
    }
    return names[role]


def points(value: float) -> str:
    """Return points with at most two decimals.

    >>> points(10.0), points(7.333333)
    ('10', '7.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def moment(value: datetime) -> str:
    """Return a time with its zone, which is always UTC here."""
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"
