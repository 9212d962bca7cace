"""With whom the artist or its drummers played: other bands by MusicBrainz, names by the articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mdg_core.artist import artist_key
from mdg_core.errors import UsageError
from mdg_core.profile import Collaborator

MAX_COLLABORATORS = 60


def collaborators(bands: Sequence[str], texts: Iterable[Mapping[str, object]]) -> list[Collaborator]:
    """The bands in their order, then whom the most articles name; `texts` are rows of the table of findings."""
    documents: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for row in texts:
        if row["kind"] != "collaborator":
            continue
        try:
            key = artist_key(str(row["name"]))
        except UsageError:  # nobody can ask for such a name
            continue
        names.setdefault(key, str(row["name"]))
        documents[key].add(str(row["document"]))
    ranked = sorted(documents, key=lambda key: (-len(documents[key]), key))
    found = [Collaborator(name=name, relation="band of the drummer") for name in bands]
    found += [Collaborator(name=names[key], relation="played with", documents=len(documents[key])) for key in ranked]
    return found[:MAX_COLLABORATORS]
