"""A style found by the words that the artist's library uses for it: names of styles, and of grooves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from mdg_core.errors import UsageError
from mdg_drummer.library import Groove, Library

_NEAR = 0.7  # of `difflib`: so alike is a slip of the pen
_MOST = 3


def of_style(library: Library, style: str) -> list[Groove]:
    """The grooves whose style is called so, or has the words in its name, or whose own name has them.

    Raises UsageError, with the nearest names, when there is none.
    """
    grooves = library.of("groove")
    wanted = _words(style)
    called = [g for g in grooves if "".join(_words(g.style)) == "".join(wanted)]
    styled = [g for g in grooves if wanted and set(wanted) <= set(_words(g.style))]
    named = [g for g in grooves if wanted and set(wanted) <= set(_words(f"{g.style} {g.name}"))]
    found = called or styled or named
    if not found:
        raise UsageError(_unknown(library, style, grooves))
    return found


def _unknown(library: Library, style: str, grooves: Sequence[Groove]) -> str:
    """Nothing is called so: what is, the nearest first."""
    names = {name.casefold(): name for name in [*(g.name for g in grooves), *library.styles]}
    words = {word: word for groove in grooves for word in _words(groove.name)}
    near = get_close_matches(style.strip().casefold(), list(words | names), n=_MOST, cutoff=_NEAR)
    hint = f"did you mean {' or '.join((words | names)[name] for name in near)}? " if near else ""
    artist = library.profile.artist.name
    return f"{artist} is not known to play {style.strip()}; {hint}known are {', '.join(library.styles)}"


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
