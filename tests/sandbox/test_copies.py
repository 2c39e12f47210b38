"""Copies of courses and links: what comes along, and how tools are told where from."""

from typing import Any

import pytest

from lti_app.sandbox.copying import copy_course
from lti_app.sandbox.dialects import CANVAS, DIALECTS
from lti_app.sandbox.dialects.plain.histories import Telling
from lti_app.sandbox.models import Course, Link
from lti_app.sandbox.vocabulary import CLAIM, MediaType
from tests.sandbox.courses import A
from tests.sandbox.lms import Lms, below

HISTORIES = {
    "activity": "kept",
    "history": "$ResourceLink.id.history",
    "context_history": "$Context.id.history",
}


def copied(lms: Lms, context_id: str = A) -> dict[str, Any]:
    answer = lms.control("POST", f"courses/{context_id}/copy")
    assert answer.status_code == 201
    return answer.json or {}


def custom(lms: Lms, course: dict[str, Any], title: str) -> dict[str, str]:
    link = next(one for one in course["links"] if one["title"] == title)
    browser = lms.browser().enter("rima", course["context_id"])
    claims = browser.launch(link["resource_link_id"], course["context_id"])
    return dict(claims[f"{CLAIM}custom"])


def test_copied_course_has_new_ids_and_the_links_custom_values(lms: Lms) -> None:
    lms.give_custom("ungraded", HISTORIES)

    copy = custom(lms, copied(lms), "Ungraded link")

    told = {"activity": "kept", "history": "ungraded", "context_history": A}
    assert copy == {"from_tool": "yes", **told}


def test_copy_of_a_copy_tells_the_nearest_first(lms: Lms) -> None:
    lms.give_custom("ungraded", HISTORIES)
    first = copied(lms)

    again = custom(lms, copied(lms, first["context_id"]), "Ungraded link")

    assert again["context_history"] == f"{first['context_id']},{A}"
    assert again["history"].endswith(",ungraded")


def test_ids_are_written_as_in_an_address(lms: Lms) -> None:
    with lms.sandbox.database.write() as session:
        session.query(Course).filter_by(context_id=A).one().history = ["a,b", "c d"]
    lms.give_custom("ungraded", HISTORIES)

    claims = lms.browser().enter("rima").launch("ungraded")

    assert claims[f"{CLAIM}custom"]["context_history"] == "a%2Cb,c%20d"


def test_links_that_are_no_copy_have_an_empty_history(lms: Lms) -> None:
    lms.give_custom("ungraded", HISTORIES)

    claims = lms.browser().enter("rima").launch("ungraded")

    assert claims[f"{CLAIM}custom"]["history"] == ""


def test_copied_column_has_our_names_and_no_cells(lms: Lms) -> None:
    service = lms.service()
    draft = {"label": "Ours", "scoreMaximum": 10, "resourceId": "abc", "tag": "t"}
    made = service.post_item({**draft, "resourceLinkId": "ungraded"}).json or {}
    service.post_score(lms.score_body(), lms.path_of(made["id"]))
    copy = copied(lms)

    path = lms.items_path(copy["context_id"])
    columns = service.read(path, MediaType.LINE_ITEMS, resource_id="abc").json or []

    (column,) = columns
    assert (column["resourceId"], column["tag"]) == ("abc", "t")
    assert column["resourceLinkId"] == copy["links"][1]["resource_link_id"]
    assert service.results(lms.path_of(column["id"])) == []
    assert below(column["id"], "results") != below(made["id"], "results")


def test_those_who_teach_come_along_and_nobody_else(lms: Lms) -> None:
    copy = copied(lms)

    lms.browser().enter("tomas", copy["context_id"])
    refused = lms.browser().post("/enter", data={"sub": "amara", "context_id": copy["context_id"]})
    assert refused.status_code != 303


def test_link_is_copied_within_its_course(lms: Lms) -> None:
    lms.give_custom("ungraded", HISTORIES)

    copy = lms.control("POST", f"courses/{A}/links/ungraded/copy").json or {}

    claims = lms.browser().enter("rima").launch(copy["resource_link_id"])
    assert claims[f"{CLAIM}custom"]["history"] == "ungraded"
    assert claims[f"{CLAIM}context"]["id"] == A


@pytest.mark.parametrize(
    ("path", "status"), [("courses/none/copy", 404), (f"courses/{A}/links/in-b/copy", 404)]
)
def test_what_is_not_there_is_not_copied(lms: Lms, path: str, status: int) -> None:
    assert lms.control("POST", path).status_code == status


@pytest.mark.parametrize(
    ("telling", "told"),
    [("told", "ungraded"), ("unknown", "$ResourceLink.id.history"), ("timed_out", "timed out")],
)
def test_histories_are_told_as_a_test_wishes(lms: Lms, telling: str, told: str) -> None:
    lms.give_custom("ungraded", HISTORIES)
    copy = copied(lms)

    assert lms.control("PUT", "histories", {"of_links": telling}).status_code == 200

    assert custom(lms, copy, "Ungraded link")["history"] == told


def test_unknown_way_of_telling_is_refused(lms: Lms) -> None:
    assert lms.control("PUT", "histories", {"of_links": "loudly"}).status_code == 400


@pytest.mark.parametrize(
    ("dialect", "of_link"), [("plain", "a"), ("moodle", None), ("canvas", "a")]
)
def test_dialects_differ_in_what_they_tell_of_links(dialect: str, of_link: str | None) -> None:
    histories = DIALECTS[dialect].histories

    assert histories.of_link(["a"], Telling.AS_USUAL) == of_link
    assert histories.of_link(["a"], Telling.TOLD) == "a"
    assert histories.of_course(["a"], Telling.AS_USUAL) == "a"


def test_canvas_tells_a_thousand_and_that_there_were_more() -> None:
    told = CANVAS.histories.of_course([str(number) for number in range(1001)], Telling.AS_USUAL)

    assert told is not None
    assert told.split(",")[-2:] == ["999", "truncated"]


@pytest.mark.parametrize("name", DIALECTS)
def test_copies_have_ids_of_their_own_in_every_dialect(lms: Lms, name: str) -> None:
    with lms.sandbox.database.write() as session:
        course = session.query(Course).filter_by(context_id=A).one()

        copies = [copy_course(session, course, DIALECTS[name]) for _ in range(2)]

        links = session.query(Link).filter(Link.course_id.in_([one.id for one in copies])).all()
        assert len({one.context_id for one in copies} | {A}) == 3
        assert len({link.resource_link_id for link in links}) == 6


@pytest.mark.parametrize(("form", "lets_in"), [({}, False), ({"with_learners": "y"}, True)])
def test_teacher_copies_a_course_from_its_page(
    lms: Lms, form: dict[str, str], lets_in: bool
) -> None:
    browser = lms.browser().enter("rima")
    assert "Copy this course" in browser.get(f"/courses/{A}").text

    answer = browser.post(f"/courses/{A}/copy", data=form)

    context_id = answer.headers["Location"].rsplit("/", 1)[1]
    assert context_id != A
    assert browser.get(f"/courses/{context_id}").status_code == 200
    entered = lms.browser().post("/enter", data={"sub": "amara", "context_id": context_id})
    assert (entered.status_code == 303) is lets_in


def test_learner_copies_nothing(lms: Lms) -> None:
    browser = lms.browser().enter("amara")

    assert browser.post(f"/courses/{A}/copy").status_code == 404
    assert "Copy this course" not in browser.get(f"/courses/{A}").text
