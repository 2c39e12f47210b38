"""Tables as CSV, safe to open in a spreadsheet and the same again when read back.

RFC 4180. It knows no page: whoever sends a file names it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

#: What a table may hold; None is an empty cell.
Cell = str | int | Decimal | datetime | None

BOM: Final = "\ufeff"
#: Rows in one piece of a file that is sent as it is made.
_PIECE = 200

#: What a spreadsheet skips before it looks for a formula: blanks, controls and unseen characters,
#: but nothing that begins a cell anew. An apostrophe counts as one, so that adding it changes
#: nothing else.
_SKIPPED = (
    r"['\x00-\x08\x0e-\x1b\x1f\x20\x7f-\x84\x86-\xa0\xad\u061c\u1680\u180e"
    r"\u2000-\u200f\u202a-\u202f\u205f-\u2069\u3000\ufeff]*"
)
#: Also as full-width, small, subscript, superscript and mathematical forms that some programs fold.
_BEGINS_FORMULA = "[=+\\-@＝＋－＠﹦﹢﹣﹫⁺⁻⁼₊₋₌−]"
#: Where a program may see a cell begin: at the start, after a break, and after what separates
#: cells in another country's files.
_START = r"(?:\A|(?<=[\n\v\f\x1c-\x1e\x85\u2028\u2029;\t])|(?<=\r)(?!\n))"
_ENTICING = rf"(?={_SKIPPED}{_BEGINS_FORMULA}|'*\t)|\A(?='*[\r\n])"
_UNSAFE: Final = re.compile(rf"{_START}(?:{_ENTICING})")
_MADE_SAFE: Final = re.compile(rf"{_START}(?:{_ENTICING})'")


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, in any of its lines.

    An apostrophe is put before whatever could begin one.

    >>> neutral("=1+1")
    "'=1+1"
    >>> neutral("Siobhan O'Neill")
    "Siobhan O'Neill"
    """
    return _UNSAFE.sub("'", text)


def original(text: str) -> str:
    """Return what `neutral` was given.

    >>> original(neutral("'=1+1"))
    "'=1+1"
    """
    return _MADE_SAFE.sub("", text)


def csv_pieces(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool
) -> Iterator[bytes]:
    """Yield the file piece by piece, in UTF-8: a row of heads, then the rows.

    Args:
        bom: whether it begins with a byte order mark, without which Excel garbles names.
    """
    buffer = io.StringIO()
    write = csv.writer(buffer, lineterminator="\r\n").writerow
    buffer.write(BOM * bom)
    write([neutral(column) for column in columns])
    for number, row in enumerate(rows, start=1):
        write([_written(cell) for cell in row])
        if number % _PIECE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    # Half a surrogate pair cannot be written; it becomes a question mark.
    piece = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return piece


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return neutral(cell)
        case datetime():
            return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case Decimal():
            return f"{cell.normalize():f}"
        case int():
            return str(cell)


def read_csv(content: bytes) -> list[list[str]]:
    """Return the rows of a file of ours, each text as it was before it was written.

    Raises:
        ValueError: it is not UTF-8, or not CSV.
    """
    text = content.decode("utf-8-sig")
    try:
        # strict: a quote that is never closed would swallow the rest of the file.
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        return [[original(cell) for cell in row] for row in rows]
    except csv.Error as error:
        raise ValueError("not CSV") from error
