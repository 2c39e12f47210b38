import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.core.names import MAX_LENGTH, clean_text, truncate

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e9\U0001f1ea"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("Ann\x00a", "Anna", id="NM-04-nul"),
        pytest.param("Ann\r\nB.", "Ann B.", id="NM-04-newline"),
        pytest.param("a\u202eb\u2066c\u2069", "abc", id="NM-03-override"),
        pytest.param("محمد علي", "محمد علي", id="NM-03-arabic"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="NM-03-zero-width-non-joiner"),
        pytest.param(FAMILY, FAMILY, id="NM-04-emoji"),
        pytest.param("王小明", "王小明", id="NM-04-cjk"),
        pytest.param("<img onerror=x>{{7*7}}", "<img onerror=x>{{7*7}}", id="NM-05-markup"),
        pytest.param("A\u030angstro\u0308m", "Ångström", id="combining-marks-are-composed"),
        pytest.param("  ", None, id="blank"),
        pytest.param(None, None, id="absent"),
        pytest.param(["Ann"], None, id="a-list"),
    ],
)
def test_text_from_a_platform_is_one_clean_line(sent: object, kept: str | None) -> None:
    assert clean_text(sent) == kept


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        pytest.param("a" * 5000, MAX_LENGTH, "a" * MAX_LENGTH, id="NM-02"),
        pytest.param("ab" + FAMILY, 4, "ab", id="an-emoji-sequence-stays-whole"),
        pytest.param("ab" + FAMILY, 7, "ab" + FAMILY, id="an-emoji-sequence-that-fits"),
        pytest.param("a" + FLAG, 2, "a", id="a-flag-stays-whole"),
        pytest.param(FLAG + FLAG, 3, FLAG, id="the-second-flag-goes"),
        pytest.param("xq\u0301", 2, "x", id="a-mark-stays-with-its-letter"),
        pytest.param(
            "\U0001f44d\U0001f3fd", 1, "\U0001f44d", id="one-cluster-over-the-limit-is-cut"
        ),
    ],
)
def test_text_is_cut_between_what_a_reader_sees_as_characters(
    text: str, limit: int, kept: str
) -> None:
    assert truncate(text, limit) == kept


@given(st.text(max_size=600))
def test_cleaned_text_can_be_stored_by_every_database(text: str) -> None:
    kept = clean_text(text)

    if kept is not None:
        assert 0 < len(kept) <= MAX_LENGTH
        assert "\x00" not in kept
        kept.encode("utf-8")
        assert not any(unicodedata.category(character) == "Cc" for character in kept)
