"""What Canvas grants of what is asked for. It stores no token."""

from collections.abc import Sequence

from lti_app.sandbox.dialects.plain.grants import Grants
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import Scope


class CanvasGrants(Grants):
    """One scope that is not on the tool's key, and nothing is granted."""

    def granted(self, asked: set[str], offered: Sequence[Scope]) -> list[Scope]:
        foreign = sorted(asked.difference(offered))
        if foreign:
            raise RefusalError(400, "invalid_scope", f"Not on this key: {', '.join(foreign)}.")
        return super().granted(asked, offered)
