"""What the place and the name of a file say of it: its style and its role.

A folder that somebody sorts files into is named by tags alone ("funk", "jazz brushes"); one with other words is an
album. A file's own name counts only where it is a list of tags ("1_funk_80_beat", "Shuffle Groove 2"): most names are
titles, and "Reggae Woman" need be no reggae.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from mdg_core.profile import Role
from mdg_pipeline.analyse.styles import fold, style_of, without_styles
from mdg_pipeline.collect.library import SOURCE as LIBRARY
from mdg_pipeline.documents import Document

UNKNOWN = "unknown"
_ROLES: dict[str, Role] = {
    "fill": "fill", "fills": "fill", "intro": "intro", "intros": "intro",
    "outro": "outro", "outros": "outro", "ending": "outro", "endings": "outro",
}  # fmt: skip
# words that only the names of loops and takes hold
_LOOPS = frozenset(
    """
    beat beats groove grooves loop loops pattern patterns take takes verse verses chorus choruses bridge prechorus
    break breaks bars bpm drum drums drumkit drumming kit perc percussion variation variations
    """.split()  # noqa: SIM905 - a list of words is read best as one
)
# and what stands beside those
_BESIDE = frozenset(
    """
    section part bar pre tempo straight swung half double time feel slow fast medium mid up easy hard heavy light live
    studio session demo midi main var version alt basic simple full brushes sticks and &
    """.split()  # noqa: SIM905 - a list of words is read best as one
)
_TEMPO = re.compile(r"\d+bpm")
_FREE = re.compile(r"\d+|[a-h]\d?|v\d+|pt\d*|x\d+")


def labels_of(document: Document) -> tuple[str, Role]:
    """(style, role) of a file by its nearest folder below the artist's that names one, or by its own tags.

    "unknown" and "groove" where nothing says more.
    """
    path = PurePosixPath(document.uri)
    if document.source != LIBRARY:
        return UNKNOWN, "groove"
    names = [name for name in reversed(path.parts[1:-1]) if is_of_tags(name)]
    names = [path.stem, *names] if is_tag_list(path.stem) else names
    style = next((found for name in names if (found := style_of(name))), UNKNOWN)
    role: Role = next((found for name in names if (found := _role_in(name))), "groove")
    return style, role


def is_tag_list(name: str) -> bool:
    """Whether a name is made of tags alone (`is_of_tags`) and of one that no title has: a role, a loop, a tempo.

    "Disco 2000" and "Funk 49" are songs.
    """
    rest = without_styles(fold(name)).split()
    return is_of_tags(name) and any(word in _LOOPS or word in _ROLES or _TEMPO.fullmatch(word) for word in rest)


def is_of_tags(name: str) -> bool:
    """Whether a name is made of styles, roles, counts and words for loops alone; "Soul Man" is not."""
    return all(
        word in _LOOPS or word in _ROLES or word in _BESIDE or _FREE.fullmatch(word) or _TEMPO.fullmatch(word)
        for word in without_styles(fold(name)).split()
    )


def _role_in(name: str) -> Role | None:
    return next((_ROLES[word] for word in fold(name).split() if word in _ROLES), None)
