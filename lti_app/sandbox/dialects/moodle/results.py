"""What Moodle gives back from the gradebook. It decides no access."""

from lti_app.sandbox.addresses import Addresses
from lti_app.sandbox.dialects.moodle.words import figure
from lti_app.sandbox.dialects.plain.results import Results
from lti_app.sandbox.models import LineItem, Result


class MoodleResults(Results):
    """A cleared grade leaves a row with nothing but whose it is."""

    def body(self, result: Result, item: LineItem, addresses: Addresses) -> dict[str, object]:
        sub = result.person.sub
        said: dict[str, object] = {"id": addresses.results_url(item, user_id=sub), "userId": sub}
        if result.score is None:
            return said
        return said | {
            "resultScore": figure(result.score),
            "resultMaximum": figure(item.score_maximum),
            **({"comment": result.comment} if result.comment else {}),
            "scoreOf": addresses.line_item_url(item),
            "timestamp": result.scored_at.replace(microsecond=0).isoformat(),
        }
