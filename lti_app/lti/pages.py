"""The pages of a list that a service gives, one after the other, and where that stops.

The address of a next page is used as it stands; it must be https on the origin of the first page,
because the bearer token goes along. It reads no body. Source: RFC 8288; NRPS 2.0, section 2.4.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lti_app.core.http import Answer
from lti_app.lti.addresses import origin_of
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.paging import link_to, next_page
from lti_app.lti.service_access import ServiceAccess

NEXT_ELSEWHERE = "next_page_elsewhere"
NEXT_LOOPS = "next_page_loops"


@dataclass(frozen=True)
class ServicePage:
    """One page.

    Attributes:
        next_url: None on the last one; how many entries a page has says nothing about that.
        differences_url: where to ask later for what has changed since; None elsewhere.
    """

    answer: Answer
    next_url: str | None
    differences_url: str | None


def read_pages(
    caller: ServiceCaller,
    access: ServiceAccess,
    call: Call,
    *,
    begin_at: str | None = None,
    at_most: int,
) -> Iterator[ServicePage]:
    """Yield page after page.

    Args:
        call: for the first page.
        begin_at: the page to go on with, where an earlier run has read those before it.
        at_most: pages; one more is an endless list.

    Raises:
        ServiceProblem: also for a next page elsewhere, one seen before, or too many.
    """
    url: str | None = begin_at or call.url
    seen: set[str] = set()
    while url is not None:
        if url in seen or len(seen) >= at_most:
            raise ServiceProblem(Outcome.REFUSED, words=NEXT_LOOPS)
        seen.add(url)
        _check_origin(url, call.url)
        answer = caller.send(access, replace(call, url=url))
        header = answer.headers.get("link", "")
        following = next_page(header)
        yield ServicePage(answer, following, link_to(header, "differences"))
        url = following


def _check_origin(url: str, first: str) -> None:
    if origin_of(url) is None or origin_of(url) != origin_of(first):
        raise ServiceProblem(Outcome.ADDRESS_REFUSED, words=NEXT_ELSEWHERE)
