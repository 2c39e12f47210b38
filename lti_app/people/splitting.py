"""People split evenly at random. Pure: chance comes in with the call."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def split_evenly(people: Sequence[T], count: int, chance: random.Random) -> list[list[T]]:
    """Return the people in so many groups, none larger by more than one than another.

    Args:
        count: 1 or more; with fewer people than groups some stay empty.

    >>> [len(one) for one in split_evenly("abcdefg", 3, random.Random(1))]
    [3, 2, 2]
    """
    if count < 1:
        raise ValueError("a split into no groups")
    mixed = list(people)
    chance.shuffle(mixed)
    return [mixed[start::count] for start in range(count)]
