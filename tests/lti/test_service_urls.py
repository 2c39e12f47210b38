import pytest

from lti_app.lti.paging import next_page
from lti_app.lti.service_urls import sub_url, with_query


@pytest.mark.parametrize(
    ("url", "scores"),
    [
        pytest.param(
            "https://m.test/x/lineitem?type_id=4",
            "https://m.test/x/lineitem/scores?type_id=4",
            id="AG-01",
        ),
        pytest.param("https://m.test/x/7/", "https://m.test/x/7/scores", id="AG-03-slash"),
        pytest.param("https://m.test/x/7#top", "https://m.test/x/7/scores", id="AG-03-fragment"),
        pytest.param(
            "https://m.test/a%2Fb/7?q=%26+x&e=",
            "https://m.test/a%2Fb/7/scores?q=%26+x&e=",
            id="AG-03-encoded",
        ),
    ],
)
def test_a_segment_goes_to_the_end_of_the_path(url: str, scores: str) -> None:
    assert sub_url(url, "scores") == scores


@pytest.mark.parametrize(
    ("url", "filtered"),
    [
        pytest.param(
            "https://m.test/results?type_id=4",
            "https://m.test/results?type_id=4&user_id=7%2Fa%20%C3%A9%26",
            id="AG-02",
        ),
        pytest.param(
            "https://m.test/results", "https://m.test/results?user_id=7%2Fa%20%C3%A9%26", id="AG-04"
        ),
        pytest.param(
            "https://m.test/results?",
            "https://m.test/results?user_id=7%2Fa%20%C3%A9%26",
            id="AG-04-empty-query",
        ),
    ],
)
def test_a_filter_joins_the_query(url: str, filtered: str) -> None:
    assert with_query(url, {"user_id": "7/a é&"}) == filtered


NEXT = "https://m.test/items?p=AbC,d;e&x=1"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        pytest.param(f'<{NEXT}>; rel="next"', NEXT, id="AG-40-quoted"),
        pytest.param(f"<{NEXT}>; rel=next", NEXT, id="AG-40-bare"),
        pytest.param(f'<{NEXT}> ; REL = "Next"', NEXT, id="AG-40-case"),
        pytest.param(
            f'<https://m.test/>; rel="first", <{NEXT}>; rel="next"', NEXT, id="AG-40-several"
        ),
        pytest.param(f'<{NEXT}>; title="a, b; c"; rel="next"', NEXT, id="AG-40-parameter"),
        pytest.param(f'<{NEXT}>; rel="last next"', NEXT, id="AG-40-two-relations"),
        pytest.param(
            f"<{NEXT}>; rel=\u00e2\u0080\u009cnext\u00e2\u0080\u009d", NEXT, id="AG-40-curly"
        ),
        pytest.param(f'<{NEXT}>; rel="nextish"', None, id="AG-40-other"),
        pytest.param(f'<{NEXT}>; rev="next"', None, id="AG-40-rev"),
        pytest.param("", None, id="AG-40-none"),
        pytest.param("<<<>>>;;;rel=next", None, id="AG-40-rubbish"),
        pytest.param("next", None, id="AG-40-word"),
    ],
)
def test_the_next_page_is_read_as_it_stands(header: str, found: str | None) -> None:
    assert next_page(header) == found


def test_a_hostile_header_costs_no_time() -> None:
    assert next_page("<a>" + "; a=" * 20_000) is None
    assert next_page("<" * 50_000) is None
    assert next_page('<a>; rel="' + "x" * 50_000) is None
