"""Sealed text: opens only where it was sealed, only with its owner's key."""

import dataclasses

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from lti_app.core.db import EncryptedText, Sealed
from lti_app.core.sealing import DataKey, Keyring, Place, SealingError

KEYRING = Keyring([Fernet.generate_key().decode()])
PLACE = Place("attempts", "draft", "a1")


def new_key(key_id: int = 1) -> DataKey:
    return KEYRING.unwrap(key_id, KEYRING.new_wrapped_key())


@given(st.text(max_size=400))
def test_text_comes_back_as_it_was(text: str) -> None:
    key = new_key()

    assert key.open(key.seal(text, PLACE), PLACE) == text


def test_the_stored_bytes_do_not_hold_the_text() -> None:
    assert b"a quiet word" not in new_key().seal("a quiet word", PLACE).blob


@pytest.mark.parametrize(
    "elsewhere",
    [
        dataclasses.replace(PLACE, table="entries"),
        dataclasses.replace(PLACE, column="note"),
        dataclasses.replace(PLACE, row="a2"),
    ],
)
def test_text_moved_to_another_place_does_not_open(elsewhere: Place) -> None:
    key = new_key()
    sealed = key.seal("mine", PLACE)

    with pytest.raises(SealingError):
        key.open(sealed, elsewhere)


def test_another_persons_key_does_not_open_it() -> None:
    sealed = new_key(1).seal("mine", PLACE)

    for other in (new_key(1), new_key(2)):
        with pytest.raises(SealingError):
            other.open(sealed, PLACE)


def test_one_changed_bit_is_noticed() -> None:
    key = new_key()
    blob = bytearray(key.seal("mine", PLACE).blob)
    blob[-1] ^= 1

    with pytest.raises(SealingError):
        key.open(Sealed(bytes(blob)), PLACE)


def test_a_data_key_opens_after_the_installations_key_was_rotated() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    wrapped = Keyring([old]).new_wrapped_key()

    rewrapped = Keyring([new, old]).rewrap(wrapped)

    assert Keyring([new]).unwrap(1, rewrapped) == Keyring([old]).unwrap(1, wrapped)
    with pytest.raises(SealingError):
        Keyring([new]).unwrap(1, wrapped)


def test_a_column_of_private_text_refuses_text_that_is_not_sealed() -> None:
    with pytest.raises(TypeError, match="seal"):
        EncryptedText().process_bind_param("plain", None)  # type: ignore[arg-type]  # the mistake
