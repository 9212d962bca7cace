from __future__ import annotations

import io
import sys

import pytest

from mdg_cli.choosing import choose

CANDIDATES = [
    {"mbid": "one", "name": "Genesis", "description": "English rock band"},
    {"mbid": "two", "name": "Genesis", "description": "US rapper"},
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "expected"), [("\n", "one"), ("2\n", "two"), ("0\n", "none"), ("3\n-1\nx\n2\n", "two")]
)
def test_the_person_at_the_terminal_picks(monkeypatch: pytest.MonkeyPatch, typed: str, expected: str) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys, "stderr", shown)
    assert choose("Genesis", CANDIDATES) == expected
    assert "1  Genesis: English rock band" in shown.getvalue()
    assert "2  Genesis: US rapper" in shown.getvalue()


@pytest.mark.parametrize("stream", ["stdin", "stderr"])
def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("1\n"))
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(sys, stream, io.StringIO("1\n"))
    assert choose("Genesis", CANDIDATES) is None
