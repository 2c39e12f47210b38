"""Every case that a tool must pass has a test with its ID in its name or in a parameter."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
IDS = TESTS / "cases" / "ids.txt"
_ID = re.compile(r"(?<![a-z0-9])([a-z]{2})[-_](\d\d)(?![0-9])", re.IGNORECASE)


def ids_in(names: Iterable[str]) -> set[str]:
    """Return the IDs of cases that names of tests hold."""
    return {f"{family.upper()}-{number}" for one in names for family, number in _ID.findall(one)}


def is_whole(request: pytest.FixtureRequest) -> bool:
    """Whether every file of tests is part of this run, with all that is in it."""
    chosen = request.config.option.keyword or request.config.option.markexpr
    ran = {item.path for item in request.session.items}
    return not chosen and {*TESTS.rglob("test_*.py")} <= ran


def test_the_list_holds_each_case_once() -> None:
    listed = IDS.read_text().split()

    assert len(listed) == len(set(listed))
    assert set(listed) == ids_in(listed)


def test_every_case_has_a_test(request: pytest.FixtureRequest) -> None:
    if not is_whole(request):
        return  # somebody runs a part of the tests

    tested = ids_in(item.nodeid.rpartition("::")[2] for item in request.session.items)
    assert sorted({*IDS.read_text().split()} - tested) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("test_cl_31_a_review", {"CL-31"}),
        ("test_a_thing[sqlite-CL-31-no-course]", {"CL-31"}),
        ("test_abuse_28_cl_28_a_column", {"CL-28"}),
        ("test_ag_43_ag_44_a_column", {"AG-43", "AG-44"}),
        ("test_a_page[MG-06 error_404]", {"MG-06"}),
        ("test_label_31", set()),
        ("test_cl_311", set()),
    ],
)
def test_an_id_is_found_in_a_name(name: str, found: set[str]) -> None:
    assert ids_in([name]) == found
