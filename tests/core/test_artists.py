"""The spelling under which an artist is shown."""

from __future__ import annotations

import pytest

from mdg_core.store import artists
from mdg_core.store.connect import Connection


@pytest.mark.parametrize(
    ("typed", "better", "shown"),
    [
        ("motley crue", "Mötley Crüe", "Mötley Crüe"),
        ("motley crue", "\u202eMötley\u2066 Crüe", "Mötley Crüe"),
        ("motley crue", "Vixen", "motley crue"),
        ("motley crue", "...", "motley crue"),
        ("motley crue", "", "motley crue"),
    ],
)
def test_a_better_spelling_of_the_same_name_is_shown(conn: Connection, typed: str, better: str, shown: str) -> None:
    key = artists.find_or_create(conn, typed).key
    artists.respell(conn, key, better)
    assert artists.name_of(conn, key) == shown
    assert artists.find_or_create(conn, "MOTLEY CRUE").name == shown
