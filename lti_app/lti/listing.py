"""A list that a service gives in pages, read to its end or not at all.

Source: AGS 2.0, section 3.2.4; RFC 8288.
"""

from collections.abc import Iterator
from typing import Any

from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.json_values import exact_json
from lti_app.lti.pages import read_pages
from lti_app.lti.service_access import ServiceAccess

MAX_PAGES = 500


def read_list(
    caller: ServiceCaller, access: ServiceAccess, call: Call, *, within: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield every object of a list, page after page.

    The address of the next page is used as it stands; filters are in it already. It must be on the
    origin of the first page, because the bearer token goes along.

    Args:
        within: the member of each page that holds the list; None where the page is the list.

    Raises:
        ServiceProblem: also for a next page elsewhere, one seen before, or too many.
    """
    for page in read_pages(caller, access, call, at_most=MAX_PAGES):
        body = exact_json(page.answer)
        entries = body.get(within) if within is not None and isinstance(body, dict) else body
        if not isinstance(entries, list):
            raise ServiceProblem(Outcome.UNKNOWN, status=page.answer.status, words="not_a_list")
        yield from (entry for entry in entries if isinstance(entry, dict))
