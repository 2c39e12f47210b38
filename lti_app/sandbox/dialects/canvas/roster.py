"""Canvas's roster: whole each time, a page after the other. It reads no table."""

from lti_app.sandbox.dialects.plain.roster import Roster


class CanvasRoster(Roster):
    """Changes are not told on their own."""

    tells_of_groups = False
    tells_of_changes = False
