"""Every error page says what happened, what it means and what to do, in the words of this house."""

import re

import pytest

from lti_app.bridge.messages import LTI_MESSAGES
from lti_app.submissions.messages import SUBMISSIONS_MESSAGES
from lti_app.web.messages import STATUS_MESSAGES, WEB_MESSAGES, Message

MESSAGES = {
    **{str(status): message for status, message in STATUS_MESSAGES.items()},
    **WEB_MESSAGES,
    **SUBMISSIONS_MESSAGES,
    **LTI_MESSAGES,
}
#: What blames, what only programmers say, and what shouts.
_NOT_OURS = re.compile(
    r"invalid|fail(ed|ure)|\buser|submit|success|oops|sorry|denied|forbidden|illegal|token|nonce"
    r"|\bHTTP\b|\bJSON\b|!",
    re.IGNORECASE,
)


def sentences(message: Message) -> list[str]:
    return [message.happened, message.means, *message.todo]


@pytest.mark.parametrize("code", MESSAGES)
def test_message_has_a_title_and_three_parts(code: str) -> None:
    message = MESSAGES[code]

    assert message.title
    assert not message.title.endswith(".")
    assert message.todo
    assert [one for one in sentences(message) if not one.endswith((".", "?"))] == []


@pytest.mark.parametrize("code", MESSAGES)
def test_message_neither_blames_nor_speaks_as_a_programme(code: str) -> None:
    message = MESSAGES[code]

    assert [one for one in (message.title, *sentences(message)) if _NOT_OURS.search(one)] == []


@pytest.mark.parametrize("words", ["Invalid submission", "Login failed", "Sorry!"])
def test_words_of_others_would_be_seen(words: str) -> None:
    assert _NOT_OURS.search(words)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429, 500, 503])
def test_every_status_that_a_person_can_meet_has_words_of_its_own(status: int) -> None:
    assert status in STATUS_MESSAGES
