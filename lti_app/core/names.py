"""What platforms and people call things, made fit to store and show. It escapes nothing.

Display keeps its own duty: text in a page is still escaped and isolated there.
"""

import re
import unicodedata

MAX_LENGTH = 255
_CONTROLS = re.compile("[\x01-\x1f\x7f-\x9f\u2028\u2029]")
#: NUL, which PostgreSQL cannot hold; embeddings, overrides and isolates, which turn the direction
#: of what follows; what has no business in a name. U+200C to U+200F stay: names need them.
_UNWANTED = re.compile("[\x00\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_JOINER = "\u200d"
_SPACES = re.compile(r" {2,}")


def clean_text(value: object, *, limit: int = MAX_LENGTH) -> str | None:
    r"""Return one line of text of at most `limit` characters, None when nothing is left.

    Control characters become spaces; overrides of the reading direction go without a trace.

    >>> clean_text("  Ann\n\u202eB. "), clean_text(""), clean_text(7)
    ('Ann B.', None, None)
    """
    if not isinstance(value, str):
        return None
    # Cut before cleaning: a megabyte of text must not cost a megabyte of work.
    return truncate(_SPACES.sub(" ", _cleaned(value[: 4 * limit])).strip(), limit) or None


def one_line(typed: str | None) -> str:
    r"""Return what somebody typed as one line, empty when nothing is left; it is never cut.

    >>> one_line(" Week\t\u202e2 "), one_line("\ufeff"), one_line(None)
    ('Week 2', '', '')
    """
    return " ".join(_cleaned(typed or "").split())


def _cleaned(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", _UNWANTED.sub("", text)))


def truncate(text: str, limit: int) -> str:
    r"""Return at most `limit` characters, never cutting a letter from its marks or an emoji apart.

    >>> truncate("ae\u0301", 2)
    'a'
    """
    if len(text) <= limit:
        return text
    end = limit
    while end > 0 and _belongs_to_previous(text, end):
        end -= 1
    # One cluster longer than the limit: heaped marks. Cut it rather than keep nothing.
    return text[: end or limit].rstrip()


def _belongs_to_previous(text: str, index: int) -> bool:
    """Whether a cut before `index` would split what a reader sees as one character.

    A short form of the rules of Unicode Standard Annex 29, section 3.1.1.
    """
    current, previous = text[index], text[index - 1]
    if _JOINER in (current, previous) or unicodedata.category(current) in ("Mn", "Me", "Mc"):
        return True
    if "\U0001f3fb" <= current <= "\U0001f3ff" or "\U000e0020" <= current <= "\U000e007f":
        return True
    return _is_flag_letter(current) and _flag_letters_before(text, index) % 2 == 1


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, index: int) -> int:
    start = index
    while start > 0 and _is_flag_letter(text[start - 1]):
        start -= 1
    return index - start
