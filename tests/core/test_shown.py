from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdg_core.shown import readable, shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"take 1.mid", "take 1.mid"),
        ("Mötley/Сектор/鼓.mid".encode(), "Mötley/Сектор/鼓.mid"),
        (b"caf\xe9.mid", "caf\\xe9.mid"),
        (b"\x1b[2Jgone.mid", "\\x1b[2Jgone.mid"),
        ("x\u202edim.exe".encode(), "x\\u202edim.exe"),
        (b"AC\\DC.mid", "AC\\DC.mid"),
        (b"caf\\xe9.mid", "caf\\x5cxe9.mid"),
        ("👨\u200d👩.mid".encode(), "👨\u200d👩.mid"),
    ],
)
def test_names_are_shown_clean(name: bytes, text: str) -> None:
    assert shown(os.fsdecode(name)) == text


@given(st.lists(st.binary(max_size=12), min_size=2, max_size=2, unique=True))
def test_two_names_never_look_the_same(names: list[bytes]) -> None:
    one, other = (shown(os.fsdecode(name)) for name in names)
    assert one != other
    assert one.encode() + other.encode() is not None, "it is valid text"
    assert not any(ord(char) < 32 for char in one + other)


def test_old_names_are_read_as_they_were_meant() -> None:
    assert readable(os.fsdecode(b"Mot\xf6rhead")) == "Motörhead"
    assert readable("Motörhead") == "Motörhead"
