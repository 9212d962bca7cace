"""What the place and the name of a file say of it: its style and its role.

Folders are named by somebody who sorts files, so their words count. A file's own name counts only where it is a list
of tags ("1_funk_80_beat", "Shuffle Groove 2"): most names are titles, and "Reggae Woman" need be no reggae.
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
# what else the names of loops and takes are made of
_TAGS = frozenset(
    """
    beat beats groove grooves loop loops pattern patterns take takes verse verses chorus choruses bridge pre prechorus
    break breaks section part bar bars bpm tempo drum drums drumkit drumming kit perc percussion straight swung half
    double time feel slow fast medium mid up easy hard heavy light live studio session demo midi main var variation
    variations version alt basic simple full
    """.split()  # noqa: SIM905 - a list of words is read best as one
)
_FREE = re.compile(r"\d+(?:bpm)?|[a-h]\d?|v\d+|pt\d*|x\d+")


def labels_of(document: Document) -> tuple[str, Role]:
    """(style, role) of a file by its nearest folder below the artist's that names one, or by its own tags.

    "unknown" and "groove" where nothing says more.
    """
    path = PurePosixPath(document.uri)
    folders = list(reversed(path.parts[1:-1])) if document.source == LIBRARY else []
    names = [path.stem, *folders] if is_tag_list(path.stem) and document.source == LIBRARY else folders
    style = next((found for name in names if (found := style_of(name))), UNKNOWN)
    role: Role = next((found for name in names if (found := _role_in(name))), "groove")
    return style, role


def is_tag_list(name: str) -> bool:
    """Whether a name is made of styles, roles, counts and words for loops alone, and of more than one style."""
    rest = without_styles(fold(name)).split()
    return bool(rest) and all(word in _TAGS or word in _ROLES or _FREE.fullmatch(word) for word in rest)


def _role_in(name: str) -> Role | None:
    return next((_ROLES[word] for word in fold(name).split() if word in _ROLES), None)
