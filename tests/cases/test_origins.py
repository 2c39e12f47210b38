"""Which activity a copied link was opening before: the rules, apart from any database."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.bridge.origins import Known, Opened, Told, choose_origins
from lti_app.lti.histories import MOST_READ, read_history

ITEM, OTHER = "pack/one", "pack/other"
ROOT = Opened(1, "root", "Week 1", ITEM)
COPY = Opened(2, "copy", "Week 1", ITEM, ("root",))
AGAIN = Opened(3, "again", "Week 1", ITEM, ("copy", "root"))
STRANGER = Opened(4, "stranger", "Week 2", OTHER)
NOTHING = Told(named=None, title="Week 1", address=None)


def known(by_link: dict[str, Opened] | None = None, **by_course: Sequence[Opened]) -> Known:
    return Known(by_link or {}, by_course, own_course="own")


@pytest.mark.parametrize(
    ("told", "of", "found"),
    [
        pytest.param(NOTHING, known(a=[ROOT]), [], id="nothing is told"),
        pytest.param(
            replace(NOTHING, links=("l9", "l2", "l1")),
            known({"l1": ROOT, "l2": COPY}),
            [COPY],
            id="HI-03 nearest known link",
        ),
        pytest.param(
            replace(NOTHING, named=ROOT, links=("l2",)),
            known({"l2": COPY}),
            [COPY],
            id="copy of what is named",
        ),
        pytest.param(
            replace(NOTHING, named=ROOT, links=("l4",)),
            known({"l4": STRANGER}),
            [ROOT],
            id="history that leads away from what is named",
        ),
        pytest.param(
            replace(NOTHING, named=ROOT, courses=("b", "a")),
            known(b=[COPY, STRANGER], a=[ROOT]),
            [COPY],
            id="copy in the nearest course",
        ),
        pytest.param(
            replace(NOTHING, named=ROOT, courses=("b", "a")),
            known(own=[AGAIN], b=[COPY], a=[ROOT]),
            [AGAIN],
            id="link copied once more within a copied course",
        ),
        pytest.param(
            replace(NOTHING, named=ROOT, courses=("c", "b")),
            known(c=[STRANGER], b=[COPY]),
            [COPY],
            id="nearest course has none of it",
        ),
        pytest.param(
            replace(NOTHING, courses=("a",)), known(a=[ROOT, STRANGER]), [ROOT], id="title"
        ),
        pytest.param(
            replace(NOTHING, title=None, courses=("a",)), known(a=[ROOT]), [], id="no title"
        ),
        pytest.param(
            replace(NOTHING, address=OTHER, courses=("a",)),
            known(a=[ROOT, STRANGER]),
            [STRANGER],
            id="item before title",
        ),
        pytest.param(
            replace(NOTHING, courses=("a",)),
            known(a=[ROOT, replace(STRANGER, link_title="Week 1")]),
            [ROOT, replace(STRANGER, link_title="Week 1")],
            id="two are asked about",
        ),
        pytest.param(
            replace(NOTHING, courses=("a",)), known(a=[ROOT, ROOT]), [ROOT], id="each once"
        ),
        pytest.param(
            replace(NOTHING, courses=("a",)), known(own=[COPY], a=[ROOT]), [], id="copied already"
        ),
        pytest.param(
            replace(NOTHING, courses=("own", "a")), known(a=[ROOT]), [ROOT], id="HI-04 own course"
        ),
    ],
)
def test_origin_is_the_nearest_that_fits(told: Told, of: Known, found: list[Opened]) -> None:
    assert list(choose_origins(told, of)) == found


@pytest.mark.parametrize(
    ("told", "ids"),
    [
        pytest.param(None, (), id="HI-01 untold"),
        pytest.param("a%2Cb,c%20d", ("a,b", "c d"), id="HI-01 encoded"),
        pytest.param("a,truncated", ("a",), id="HI-01 truncated"),
        pytest.param("timed out", (), id="HI-01 timed out"),
        pytest.param("timed%20out", (), id="HI-01 encoded marker"),
        pytest.param(" a , ,b", ("a", "b"), id="HI-01 spaces"),
        pytest.param("b,a,b", ("b", "a"), id="HI-04 again"),
        pytest.param("me,a,me", ("a",), id="HI-04 own id"),
        pytest.param("%00,a%00b,c", ("c",), id="HI-01 nul"),
        pytest.param("x" * 256 + ",a", ("a",), id="HI-01 too long"),
        pytest.param("%zz,a", ("%zz", "a"), id="HI-01 no encoding"),
    ],
)
def test_history_is_read_as_ids(told: str | None, ids: tuple[str, ...]) -> None:
    assert read_history(told, own_id="me") == ids


def test_endless_history_is_read_to_a_limit() -> None:
    assert len(read_history(",".join(map(str, range(5000))), own_id="me")) == MOST_READ


@given(st.lists(st.text(min_size=1, max_size=30).filter(lambda one: "\x00" not in one)))
def test_what_is_written_as_the_standard_says_is_read_again(ids: list[str]) -> None:
    told = ",".join(quote(one, safe="") for one in ids)

    read = read_history(told, own_id="me")

    assert set(read) <= set(ids)
    usual = [one for one in dict.fromkeys(ids) if one.isalnum() and one not in ("me", "truncated")]
    assert [one for one in read if one.isalnum()] == usual
