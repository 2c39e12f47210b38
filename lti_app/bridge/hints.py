"""What a launch says of how somebody's pages are to look: zone and contrast. It decides no access.

Hints only: what the browser says of itself is newer and wins. The names of the parameters are those
of `lti.configuration`; a platform that does not know their variables says nothing.
"""

from functools import cache
from zoneinfo import available_timezones

from lti_app.lti.verified import VerifiedLaunch

#: As in an instructor's custom parameters; see `lti.configuration`.
_ZONE, _CONTRAST = "time_zone", "high_contrast"


def zone_in(launch: VerifiedLaunch) -> str | None:
    """Return the person's time zone by its IANA name; None for anything else.

    Moodle says `99` for somebody who has chosen none.
    """
    told = launch.custom.get(_ZONE)
    return told if told in _zones() else None


def wants_contrast(launch: VerifiedLaunch) -> bool:
    """Whether the platform knows that the person reads better with high contrast."""
    return launch.custom.get(_CONTRAST, "").lower() == "true"


@cache
def _zones() -> frozenset[str]:
    """Return every name; they are files, looked up once."""
    return frozenset(available_timezones())
