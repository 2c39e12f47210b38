"""What a file to keep is called, whatever somebody called the thing inside it."""

from email.message import Message
from urllib.parse import unquote

import pytest
from flask import Flask

from lti_app.web.downloads import Table, attachment, csv_download

NAMES = [
    "Week 2\r\nSet-Cookie: a=b",
    "Week 2\nLocation: https://evil.example",
    "Week 2\u2028X-Evil: 1",
    'Week "2"; filename=evil.exe',
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "gradesfdp\u202evsc.exe",
    "نتائج الأسبوع الثاني",
    "Führung & Vertrauen",
    "名前" * 200,
    "%0d%0aX-Evil: 1",
    "CON: <script>|*?",
    "\x00\x1b[31m",
    "...",
    "",
]


def told_names(header: str) -> list[str]:
    """Return the name for old browsers and the exact one, as a reader of headers finds them."""
    message = Message()
    message["Content-Disposition"] = header
    plain = message.get_param("filename", header="Content-Disposition")
    exact = [part.split("''")[1] for part in header.split("; ") if part.startswith("filename*=")]
    assert isinstance(plain, str | tuple)
    return [plain if isinstance(plain, str) else plain[2], *(unquote(one) for one in exact)]


@pytest.mark.parametrize("name", NAMES)
def test_abuse_60_a_name_makes_no_header_and_no_path(name: str) -> None:
    header = attachment(name, "csv")

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    for told in told_names(header):
        assert told.endswith(".csv")
        assert not set(told) & {*'/\\:*?"<>|;\r\n\u2028\u202e\x00'}
        assert not told.startswith(".")
        assert len(told.encode()) < 255


def test_a_name_in_other_letters_is_told_exactly() -> None:
    assert told_names(attachment("نتائج الأسبوع", "csv"))[-1] == "نتائج-الأسبوع.csv"


def test_a_plain_name_is_told_once() -> None:
    assert attachment("Week 2", "csv") == 'attachment; filename="Week-2.csv"'


@pytest.mark.parametrize(
    ("query", "begins"), [("", "\ufeff"), ("?bom=1", "\ufeff"), ("?bom=0", "a")]
)
def test_a_table_begins_with_a_byte_order_mark_unless_told_otherwise(
    query: str, begins: str
) -> None:
    with Flask(__name__).test_request_context(f"/{query}"):
        response = csv_download(Table("t", ["a"], [["x"]]))

        assert response.get_data(as_text=True).startswith(begins)
        assert response.content_type == "text/csv; charset=utf-8"
