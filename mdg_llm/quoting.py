"""Text from the web or from people as it may stand in a prompt: inside a data block, and unable to leave it.

An angle bracket is what opens and closes a block, so none is left in quoted text, whatever it is written with; nor are
line breaks, characters that are not seen and those that turn the direction of writing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

OPENING, CLOSING = "<profile_data>", "</profile_data>"
_BRACKETS = str.maketrans("<>", "()")


def quoted(text: str, longest: int) -> str:
    """One line of at most `longest` characters."""
    # a compatibility form can be several characters long, so the cap comes last, and a first one for the work
    plain = unicodedata.normalize("NFKC", text[: 4 * longest]).translate(_BRACKETS)
    seen = (" " if unicodedata.category(char)[0] in "CZ" else char for char in plain)
    line = " ".join("".join(seen).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def data_block(lines: Iterable[str]) -> str:
    """Lines of quoted text between the marks; lines are quoted by the caller, each part with its own cap."""
    return "\n".join((OPENING, *lines, CLOSING))
