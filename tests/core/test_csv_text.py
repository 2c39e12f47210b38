"""CSV that a spreadsheet shows and does not run, and that comes back as it was."""

import csv
import io
import json
import tracemalloc
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.core.csv_text import BOM, Cell, csv_pieces, neutral, original, read_csv

FORMULAS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data/csv_formulas.txt").read_text().splitlines()
    if not line.startswith("#")
]
ORDINARY = [
    "Amara Okafor",
    "Siobhan O'Neill",
    "'t Hooft",
    "’Aisha",
    "Ngozi Adichie-Oyelaran",
    "ann@example.org",
    "1 + 1 = 2",
    "First line\nsecond line\r\n\r\nthird",
    'She said "yes", then left',
    "a;b",
    "ليلى منصور",
    "",
]
#: Characters between which something goes wrong more often than between others.
AWKWARD = st.text(st.sampled_from("=+-@'\t\r\n ;,\"\u00a0\u200b＝＠a1\x0b\u2028\x00"), max_size=12)


def lines_as_programs_see_them(cell: str) -> list[str]:
    """Split as any program might, also at what separates cells elsewhere; fold what they fold."""
    for between in (";", "\t"):
        cell = cell.replace(between, "\n")
    return [unicodedata.normalize("NFKC", line) for line in cell.splitlines()]


def first_seen(line: str) -> str:
    """Return the first character that is neither blank nor control nor unseen."""
    seen = (one for one in line if unicodedata.category(one)[0] not in "ZC")
    return next(seen, "")


@pytest.mark.parametrize("cell", FORMULAS)
def test_abuse_59_no_line_of_a_cell_is_a_formula(cell: str) -> None:
    made = neutral(cell)

    assert [
        line for line in lines_as_programs_see_them(made) if first_seen(line) in {*"=+-@−"}
    ] == []
    assert made[0] not in "\t\r"


@pytest.mark.parametrize("cell", [*FORMULAS, *ORDINARY])
def test_abuse_59_a_cell_comes_back_as_it_was(cell: str) -> None:
    file = b"".join(csv_pieces([cell], [[cell, "next"]], bom=True))

    assert read_csv(file) == [[cell], [cell, "next"]]


@pytest.mark.parametrize("cell", ORDINARY)
def test_ordinary_text_is_left_as_it_is(cell: str) -> None:
    assert neutral(cell) == cell


@given(AWKWARD)
def test_abuse_59_whatever_is_written_comes_back_and_is_no_formula(cell: str) -> None:
    made = neutral(cell)

    assert original(made) == cell
    assert not [one for one in lines_as_programs_see_them(made) if first_seen(one) in {*"=+-@"}]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_a_table_comes_back_as_it_was(rows: list[list[str]]) -> None:
    file = b"".join(csv_pieces(["a", "b"], rows, bom=False))

    assert read_csv(file) == [["a", "b"], *rows]


def test_numbers_are_plain_and_times_are_utc() -> None:
    later = datetime(2026, 5, 1, 14, 30, 5, 999, tzinfo=timezone(timedelta(hours=2)))
    row: list[Cell] = [Decimal(100), Decimal("-0.50"), Decimal("1E+3"), -5, later, None]

    file = b"".join(csv_pieces(["n"] * 6, [row], bom=False))

    assert file.splitlines()[1] == b"100,-0.5,1000,-5,2026-05-01T12:30:05Z,"


def test_lines_end_and_quotes_double_as_rfc_4180_says() -> None:
    file = b"".join(csv_pieces(["a,b", 'c"d'], [["e\r\nf", "g"]], bom=False))

    assert file == b'"a,b","c""d"\r\n"e\r\nf",g\r\n'


def test_byte_order_mark_is_there_if_wanted_and_read_either_way() -> None:
    with_mark, without = (b"".join(csv_pieces(["é"], [], bom=bom)) for bom in (True, False))

    assert with_mark == BOM.encode() + without
    assert read_csv(with_mark) == read_csv(without) == [["é"]]


@pytest.mark.parametrize("content", [b"\xff\xfe", b'"never closed', b'"a"b,c'])
def test_what_is_no_csv_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"CSV|utf-8"):
        read_csv(content)


def test_half_a_surrogate_pair_does_not_stop_a_file() -> None:
    assert b"".join(csv_pieces(["a"], [["\ud800"]], bom=False)) == b"a\r\n?\r\n"


def test_a_long_file_is_made_piece_by_piece() -> None:
    def rows() -> Iterator[list[str]]:
        for _number in range(20_000):
            yield ["x" * 500]

    tracemalloc.start()
    total = sum(len(piece) for piece in csv_pieces(["a"], rows(), bom=True))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert total > 10_000_000
    assert peak < 2_000_000


def test_a_cell_of_many_separators_takes_no_time() -> None:
    cell = "\t ;'" * 50_000

    assert original(neutral(cell)) == cell


def test_other_readers_understand_it() -> None:
    file = b"".join(csv_pieces(["a", "b"], [["x\ny", 'q"r']], bom=True)).decode("utf-8-sig")

    assert [*csv.reader(io.StringIO(file, newline=""))] == [["a", "b"], ["x\ny", 'q"r']]
