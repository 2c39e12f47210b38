"""A list that a service gives in pages, read to its end or not at all.

Source: AGS 2.0, section 3.2.4; RFC 8288.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lti_app.lti.addresses import origin_of
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.json_values import exact_json
from lti_app.lti.paging import next_page
from lti_app.lti.service_access import ServiceAccess

MAX_PAGES = 500


def read_list(caller: ServiceCaller, access: ServiceAccess, call: Call) -> Iterator[dict[str, Any]]:
    """Yield every object of a list, page after page.

    The address of the next page is used as it stands; filters are in it already. It must be on the
    origin of the first page, because the bearer token goes along.

    Raises:
        ServiceProblem: also for a next page elsewhere, one seen before, or too many.
    """
    url, seen = call.url, {call.url}
    while True:
        answer = caller.send(access, replace(call, url=url))
        entries = exact_json(answer)
        if not isinstance(entries, list):
            raise ServiceProblem(Outcome.UNKNOWN, status=answer.status, words="not_a_list")
        yield from (entry for entry in entries if isinstance(entry, dict))
        following = next_page(answer.headers.get("link", ""))
        if following is None:
            return
        if origin_of(following) != origin_of(call.url):
            raise ServiceProblem(Outcome.ADDRESS_REFUSED, words="next_page_elsewhere")
        if following in seen or len(seen) >= MAX_PAGES:
            raise ServiceProblem(Outcome.REFUSED, words="next_page_loops")
        seen.add(following)
        url = following
