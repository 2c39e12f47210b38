import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.lti.strict_json import (
    MAX_DEPTH,
    DuplicateNameError,
    NotStrictError,
    parse_object,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES))
def test_what_one_parser_wrote_is_read_back(value: dict[str, object]) -> None:
    for ascii_only in (True, False):
        assert parse_object(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":1}', '{"x":{"a":1,"b":2,"a":3}}', '{"a":1,"\\u0061":2}']
)
def test_a_name_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(DuplicateNameError):
        parse_object(text.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b'"text"',
        b"null",
        b"",
        b"{",
        b'{"a":1} x',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"a":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
        b'{"a":' + b"[" * 10_000,
    ],
    ids=lambda data: data[:12].decode("latin-1"),
)
def test_bytes_that_parsers_read_differently_are_refused(data: bytes) -> None:
    with pytest.raises(NotStrictError):
        parse_object(data)


def test_depth_is_counted_and_brackets_in_text_are_not() -> None:
    deepest = '{"a":' + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1) + "}"
    deeper = '{"a":' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}"

    assert parse_object(deepest.encode())
    assert parse_object(json.dumps({"a": "[" * 500 + '\\"'}).encode())
    with pytest.raises(NotStrictError):
        parse_object(deeper.encode())


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert parse_object(b'{"a":"\\ud83d\\ude00"}') == {"a": "\U0001f600"}
