"""Files to keep: what they are called, and a table as one. It knows no feature's table."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request

from lti_app.core.csv_text import Cell, csv_pieces

#: Room for a name in every file system, also in letters of four bytes.
_LONGEST_NAME = 60
#: What no file system or header takes, and what would make a name look like another.
_UNFIT = re.compile(r'[\\/:*?"<>|;%\s]+')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class Table:
    """A table to keep as a file. `rows` are taken once, while the file is sent."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def csv_download(table: Table) -> Response:
    """Send a table as a file. It begins with a byte order mark unless `bom=0` was asked for.

    Excel takes a file without one for an old code page and garbles every name; programs that do not
    want the mark can say so (decision 14).
    """
    pieces = csv_pieces(table.columns, table.rows, bom=request.args.get("bom") != "0")
    headers = {"Content-Disposition": attachment(table.name, "csv")}
    return Response(pieces, mimetype="text/csv", headers=headers)


def attachment(name: str, ending: str) -> str:
    """Return the header that names a file, whatever somebody called the thing inside.

    Source: RFC 6266, with the name in ASCII and, where that is not all of it, in RFC 8187.

    >>> print(attachment("Café; a=b", "csv"))
    attachment; filename="Cafe-a=b.csv"; filename*=UTF-8''Caf%C3%A9-a%3Db.csv
    """
    whole = f"{_fit(name) or 'table'}.{ending}"
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    # A name that is all in other letters leaves nothing before the dot.
    plain = f"table{plain}" if plain.startswith(".") else plain
    exact = "" if plain == whole else f"; filename*=UTF-8''{quote(whole, safe='')}"
    return f'attachment; filename="{plain}"{exact}'


def _fit(name: str) -> str:
    spaced = _UNFIT.sub(" ", name)
    seen = "".join(one for one in spaced if unicodedata.category(one) not in _UNSEEN)
    short = unicodedata.normalize("NFC", seen)[:_LONGEST_NAME]
    return "-".join(short.split()).strip("-.")
