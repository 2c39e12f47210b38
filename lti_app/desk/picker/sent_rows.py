"""Which row of a sent page is which of what is picked now. Pure.

The page may be old: another tab, or a step back, has picked or left out something since.
"""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict

#: The unseen field of a row: the address of its item.
ITEM_FIELD = "item"


def in_order(
    sent: "MultiDict[str, str]", addresses: Sequence[str], as_set: Mapping[str, str]
) -> tuple["MultiDict[str, str]", bool]:
    """Return the fields with the numbers that their rows have now, and whether the rows are those.

    Args:
        addresses: of what is picked now, in its order.
        as_set: what the fields say of what is set now; it stands where a row was not sent.
    """
    numbers = {
        value: name.partition("-")[2]
        for name, value in sent.items()
        if name.startswith(f"{ITEM_FIELD}-")
    }
    # A tick box comes with an unseen empty one before it, so a name may stand there twice.
    given, known = sent.to_dict(flat=False), {name: [value] for name, value in as_set.items()}
    ordered: MultiDict[str, str] = MultiDict()
    for number, address in enumerate(addresses):
        was, source = (numbers[address], given) if address in numbers else (str(number), known)
        for name, values in source.items():
            field, _dash, row = name.partition("-")
            if row == was:
                ordered.setlist(f"{field}-{number}", values)
    return ordered, set(numbers) == set(addresses)
