"""What tools read back from a cell of the gradebook. It decides no access.

Source: AGS 2.0, section 3.3.
"""

from lti_app.sandbox.addresses import Addresses
from lti_app.sandbox.models import LineItem, Result


class Results:
    """A result leaves out what is not there."""

    def body(self, result: Result, item: LineItem, addresses: Addresses) -> dict[str, object]:
        """Return one cell in the form that tools read."""
        said = {
            "id": addresses.result_url(item, result.id),
            "scoreOf": addresses.line_item_url(item),
            "userId": result.person.sub,
            "resultScore": result.score,
            "resultMaximum": item.score_maximum,
            "comment": result.comment,
            "scoringUserId": result.scoring_user_id,
        }
        return {name: value for name, value in said.items() if value is not None}
