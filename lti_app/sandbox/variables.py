"""Fills in the variables that a link's custom values may name. It reads no database.

Source: LTI Core 1.3, appendix B.
"""

from collections.abc import Mapping


def resolve(custom: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the custom values with each known `$Variable` replaced by its value.

    A variable that this platform does not support stays as it is written.

    >>> resolve({"who": "$User.id", "due": "$Link.due"}, {"User.id": "7"})
    {'who': '7', 'due': '$Link.due'}
    """
    return {name: _value(text, known) for name, text in custom.items()}


def _value(text: str, known: Mapping[str, str]) -> str:
    if not text.startswith("$"):
        return text
    return known.get(text[1:], text)
