"""Every word of an error page, and of what goes to a gradebook, reaches translators."""

import re
from pathlib import Path

from lti_app.grading.comments import COMPLETE, comment_text
from lti_app.web.errors import error_response
from lti_app.web.messages import STATUS_MESSAGES
from tests.pages.pseudo import collected, forgotten
from tests.pages.site import Site

_MARKUP = re.compile(r"<[^>]*>")


def drawn(site: Site, code: str, status: int) -> str:
    """Return the words of an error page in a made-up language."""
    with site.app.test_request_context(base_url=site.url, headers={"Accept-Language": "de"}):
        html = error_response(code, status).get_data(as_text=True)
    assert 'lang="de" dir="ltr"' in html
    return _MARKUP.sub(" ", html)


def test_every_error_page_is_translated_whole(site: Site) -> None:
    named = [(code, 400) for code in site.app.extensions["rapport.messages"]]
    by_status = [("nameless", status) for status in STATUS_MESSAGES]

    left = {
        (code, status): forgotten(drawn(site, code, status), [site.support_contact])
        for code, status in [*named, *by_status]
    }

    assert len(left) > len(STATUS_MESSAGES) * 2
    assert {at: words for at, words in left.items() if words} == {}


def test_sentence_for_the_gradebook_is_collected_for_translators(tmp_path: Path) -> None:
    sentence = comment_text(COMPLETE, "en")

    assert sentence
    assert sentence in collected(tmp_path)
