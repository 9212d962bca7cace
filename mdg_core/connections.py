"""How two artists are connected: by who drums, and by who played with whom. Their styles are another matter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from pydantic import BaseModel

from mdg_core.artist import artist_key
from mdg_core.errors import UsageError
from mdg_core.profile import Artist, Collaborator, Relation

# added to the similarity (0-1) of a connected artist where artists are ranked, once, however many connections there are
CONNECTION_BONUS: Final = 0.05


class Lineup(BaseModel):
    """The part of a profile that says with whom an artist plays."""

    artist: Artist
    collaborators: list[Collaborator] = []

    @cached_property
    def _drummers(self) -> dict[str, str]:
        """Key -> name; the artist itself may be somebody else's drummer."""
        return _by_key([self.artist.name, *self.artist.drummers]) | {self.artist.key: self.artist.name}

    @property
    def named(self) -> set[str]:
        """The keys of all whom the profile names."""
        return set(_by_key([*self.artist.drummers, *(item.name for item in self.collaborators)]))

    def _related(self, relation: Relation) -> set[str]:
        return set(_by_key(item.name for item in self.collaborators if item.relation == relation))

    def reasons(self, other: Lineup) -> list[str]:
        """What connects the two, in words; none for strangers."""
        own, theirs = self._drummers, other._drummers
        said = [f"shared drummer {own[key]}" for key in own if key in theirs]
        words: dict[Relation, str] = {"band of the drummer": "band of the drummer", "played with": "collaborator"}
        for relation, word in words.items():
            if other.artist.key in self._related(relation) or self.artist.key in other._related(relation):
                said.append(word)
        return said


def _by_key(names: Iterable[str]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for name in names:
        try:
            keys.setdefault(artist_key(name), name)
        except UsageError:  # a name that no artist can have
            continue
    return keys
