"""What no form of the editor would send: answered without harm, and nothing kept is lost."""

import pytest

from tests.desk.own import Editor, fields_of, sent, whole

HOSTILE = "</textarea><script>alert(1)</script>{{7*7}}{0.__class__}\x1b[31m"


def test_abuse_50_53_what_is_typed_is_shown_as_it_is_and_never_run(editor: Editor) -> None:
    texts = {
        name: HOSTILE
        for name in editor.fields
        if name.endswith(("title", "text", "about", "feedback", "summary", "conclusion"))
    }

    answer = editor.press("save", **{**whole(editor), **texts})

    assert answer.status_code in {303, 422}
    assert "<script>alert" not in editor.page
    assert "{{7*7}}" in editor.page
    assert "<script>alert" not in editor.teacher.get("choose?find=&module=own").text


@pytest.mark.parametrize(
    "typed",
    [
        {"cards.99999999999999999999.text": "x"},
        {"cards.-1.text": "x"},
        {"cards.١.text": "x"},
        {"cards": "x"},
        {"cards.0": "x"},
        {"cards.0.text.deep": "x"},
        {"title.deep": "x"},
        {"__class__.__init__": "x"},
        {".".join("a" * 500): "x"},
        {"evidence.0": "x", "licence": "x", "id": "other", "kind": "branch"},
        {"cards.0.id": "../../x"},
        {"bins.0.id": "bins-1", "bins.1.id": "bins-1"},
        {"points": "1e999999999"},
        {"points": "NaN"},
        {"minutes": "9" * 5000},
        {"title": "\x00\ud800".encode("utf-8", "replace").decode()},
        {"cards.0.text": "x" * 100_000},
        {"do": "remove:cards.0.text"},
        {"do": "add:cards.0"},
        {"do": "up:nothing.1"},
        {"do": "remove:" + "cards." * 1000},
        {"do": "restore"},
        {"do": "\x00"},
    ],
)
def test_abuse_58_62_a_strange_request_breaks_nothing(
    editor: Editor, typed: dict[str, str]
) -> None:
    form = sent({**editor.fields, "do": "save", **typed})

    answer = editor.teacher.post(editor.address, form)

    assert answer.status_code in {303, 400, 409, 422}
    assert editor.teacher.get(editor.address).status_code == 200
    assert editor.teacher.get("choose").status_code == 200


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 40, "1.5"])
def test_a_request_that_is_not_the_whole_form_takes_nothing_away(
    editor: Editor, revision: str
) -> None:
    editor.press("save", title="Kept")

    wrong = editor.teacher.post(editor.address, sent({**editor.fields, "base_revision": revision}))
    bare = editor.teacher.post(editor.address, {"base_revision": "1", "do": "save"})

    assert (wrong.status_code, bare.status_code) == (400, 400)
    assert fields_of(editor.open())["title"] == "Kept"


def test_a_list_can_grow_to_its_limit_and_no_further(editor: Editor) -> None:
    rows = {f"cards.{n}.text": f"Card {n}" for n in range(40)}

    editor.press("add:cards", **rows)

    assert "cards.40.text" not in editor.fields
    assert 'value="add:cards"' not in editor.page


def test_too_much_is_refused_whole(editor: Editor) -> None:
    answer = editor.teacher.post(editor.address, sent({**editor.fields, "title": "x" * 600_000}))

    assert answer.status_code == 413
    assert fields_of(editor.open())["title"] == ""


@pytest.mark.parametrize("address", ["own/a%00b", "own/a%00b/try", "activities/a%00b/people"])
def test_abuse_62_an_address_with_a_nul_is_not_there(editor: Editor, address: str) -> None:
    assert editor.teacher.get(address).status_code == 404
