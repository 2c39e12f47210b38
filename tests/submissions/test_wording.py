"""Every place where a score can stay says what happened, what it means and what to do."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest

import lti_app
from lti_app.core.reason import Reason
from lti_app.grading.models import DeliveryState
from lti_app.grading.rules import Mark
from lti_app.grading.views import DeliveryView
from lti_app.lti.errors import Outcome
from lti_app.submissions.reasons import WHYS
from lti_app.submissions.wording import words_for_learner, words_of
from tests.conftest import START
from tests.submissions.places import PLACES, Place

#: The code whose sentences are those of the state itself.
OWN = {
    DeliveryState.LMS_NEWER: "lms_newer",
    DeliveryState.NO_COLUMN: "not_offered",
    DeliveryState.COLUMN_DELETED: "gone",
    DeliveryState.NOT_GRADABLE: "not_gradable",
    DeliveryState.REFUSED: "refused",
}
#: Codes that stand with a job and never with a score.
OF_JOBS = {
    *("swept", "newer_score", "job_crashed", "column_taken", "subscribed"),
    *("roster_goes_on", "roster_anew", "groups_go_on"),
}
#: Codes that stand with a column whose maximum was not changed, and never with a score.
OF_COLUMNS = {"own_maximum"}


def delivery(place: Place, *, points: str | None = "8") -> DeliveryView:
    state, code = place
    return DeliveryView(
        public_id="d",
        user_id=1,
        line_item_id=1,
        state=state,
        reason=None if code is None else Reason(str(code), {"words": "No."}),
        wanted=Mark(None if points is None else Decimal(points), Decimal(10)),
        theirs=None,
        acknowledged_at=None,
        changed_at=START,
        attempts=0,
        next_at=None,
    )


def of_kind(state: DeliveryState) -> list[Place]:
    return [place for place in PLACES if place[0] is state]


def is_stuck(place: Place) -> bool:
    return delivery(place).needs_a_person


@pytest.mark.parametrize("place", [one for one in PLACES if is_stuck(one)], ids=str)
def test_whoever_has_to_act_reads_what_happened_what_it_means_and_what_to_do(place: Place) -> None:
    words = words_of(delivery(place))

    assert words.word
    for said in (words.happened, words.means, words.todo):
        assert said.endswith(".")
    assert words.again
    assert words.theirs == "No."


@pytest.mark.parametrize("place", [one for one in of_kind(DeliveryState.OWED) if one[1]], ids=str)
def test_what_waits_by_itself_says_why(place: Place) -> None:
    words = words_of(delivery(place))

    assert (words.word, words.look) == ("On its way", "note")
    assert words.happened.endswith(".")


@pytest.mark.parametrize("place", [one for one in PLACES if one[1]], ids=str)
def test_no_code_is_left_without_its_own_sentence(place: Place) -> None:
    state, code = place

    assert OWN.get(state) == code or place in WHYS


def test_no_two_places_that_ask_for_a_person_say_the_same() -> None:
    said = [words_of(delivery(place)).happened for place in PLACES if is_stuck(place)]

    assert len(said) == len(set(said))


def test_no_sentence_is_kept_for_what_cannot_be() -> None:
    assert set(WHYS) <= set(PLACES)


def test_every_state_is_shown_by_word_icon_and_to_the_learner() -> None:
    for state in DeliveryState:
        (place, *_others) = of_kind(state)
        staff, learner = words_of(delivery(place)), words_for_learner(delivery(place))
        assert staff.word
        assert staff.icon
        assert learner.happened.endswith(".")
        assert learner.theirs is None


def test_every_code_that_the_sender_names_is_one_that_is_known_here() -> None:
    """Whoever writes down a new reason has to say it in words as well."""
    named = {code for folder in ("bridge", "grading") for code in _codes_in(folder)}

    assert named | set(Outcome) <= {code for _state, code in PLACES} | OF_JOBS | OF_COLUMNS


def _codes_in(folder: str) -> set[str]:
    """Return what is given to `Reason(…)` as a plain word."""
    files = (Path(lti_app.__file__).parent / folder).glob("*.py")
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    return {
        str(first.value)
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Reason"
        and isinstance(first := call.args[0], ast.Constant)
    }


def test_a_column_is_made_again_and_a_score_of_theirs_replaced_only_by_name() -> None:
    buttons = {place[0]: words_of(delivery(place)).again for place in PLACES if is_stuck(place)}

    assert buttons.pop(DeliveryState.LMS_NEWER) == "Send ours"
    assert buttons.pop(DeliveryState.COLUMN_DELETED) == "Make the column again"
    assert set(buttons.values()) == {"Send again"}


@pytest.mark.parametrize(
    ("state", "word"),
    [(DeliveryState.OWED, "Being taken back"), (DeliveryState.ARRIVED, "Taken back")],
)
def test_a_score_that_is_taken_back_is_called_so(state: DeliveryState, word: str) -> None:
    assert words_of(delivery((state, None), points=None)).word == word


@pytest.mark.parametrize("state", [DeliveryState.NO_COLUMN, DeliveryState.COLUMN_DELETED])
def test_of_a_parts_column_nobody_is_told_to_open_the_link(state: DeliveryState) -> None:
    (place, *_others) = of_kind(state)

    whole, part = words_of(delivery(place)), words_of(delivery(place), part="Reviews")

    assert (whole.happened, whole.means) == (part.happened, part.means)
    assert "once" in whole.todo
    assert "once" not in part.todo
    assert part.part == "Reviews"
