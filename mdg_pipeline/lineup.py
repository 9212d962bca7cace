"""Who drums: from the memberships of an artist to its drummers, and to the bands of a drummer. Pure decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mdg_core.store.identities import Drummer, Instrument, Role
from mdg_pipeline.identity import Candidate, fold, year

# MusicBrainz's instrument names in the attributes of a membership
_DRUMS = frozenset({"drums (drum set)", "drum set", "drums", "electronic drum set"})
_PERCUSSION = frozenset({"percussion", "membranophone", "drum machine"})
_DRUMMER = re.compile(r"\bdrummer\b", re.IGNORECASE)
_PASSING = frozenset({"guest", "additional"})
_INSTRUMENT_RANK: dict[Instrument, int] = {"drums": 0, "percussion": 1}
_ROLE_RANK: dict[Role, int] = {"self": 0, "member": 1, "supporting": 2, "guest": 3, "credited": 4}


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody plays in a band, or for an artist. `joins`: the artist that was looked up is the one who plays."""

    other: str
    other_mbid: str
    joins: bool
    supporting: bool = False
    attributes: frozenset[str] = frozenset()  # instruments, and words such as "original" and "guest"
    begin: str = ""
    end: str = ""
    ended: bool = False

    @property
    def instrument(self) -> Instrument | None:
        return "drums" if self.attributes & _DRUMS else "percussion" if self.attributes & _PERCUSSION else None

    @property
    def role(self) -> Role:
        return "guest" if self.attributes & _PASSING else "supporting" if self.supporting else "member"

    def years(self, now: int) -> int:
        """How many years it lasted so far; 0 where they are not known."""
        begin, end = year(self.begin), year(self.end)
        if begin is None or (end is None and self.ended):
            return 0
        return max(1, (end or now) - begin)


def drummers(artist: Candidate, memberships: Sequence[Membership], *, now: int) -> tuple[Drummer, ...]:
    """Who drums for the artist; the artist itself first, if it is a drummer.

    Drum set before percussion, members before those who help out, then whoever stayed longest; `now` is this year.
    """
    people: dict[str, list[Membership]] = {}
    for item in memberships:
        if not item.joins and item.instrument is not None:
            people.setdefault(item.other_mbid or fold(item.other), []).append(item)
    found = [(_drummer(terms), sum(term.years(now) for term in terms)) for terms in people.values()]
    found.sort(key=lambda each: (_rank(each[0]), -each[1], not each[0].original, each[0].name))
    themself = [Drummer(artist.name, role="self", mbid=artist.mbid)] if is_drummer(artist, memberships) else []
    return (*themself, *(drummer for drummer, _ in found))


def bands_of_drummer(artist: Candidate, memberships: Sequence[Membership], *, now: int) -> tuple[str, ...]:
    """The bands that a drummer drums in, the longest first; those without an instrument stated after them."""
    if not is_drummer(artist, memberships):
        return ()
    joined = [item for item in memberships if item.joins and (item.instrument or not _states_instrument(item))]
    years: dict[str, int] = {}
    for item in joined:
        years[item.other] = years.get(item.other, 0) + item.years(now)
    stated = {item.other for item in joined if item.instrument == "drums"}
    passing = {item.other for item in joined} - {item.other for item in joined if item.role == "member"}
    return tuple(sorted(years, key=lambda name: (name not in stated, name in passing, -years[name], name)))


def is_drummer(artist: Candidate, memberships: Iterable[Membership]) -> bool:
    """A person who plays the drum set in a band, or is described as a drummer."""
    if artist.kind not in ("Person", None):
        return False
    said = [artist.disambiguation, *(tag for tag, votes in artist.tags.items() if votes > 0)]
    return any(_DRUMMER.search(text) for text in said) or any(
        item.joins and item.instrument == "drums" for item in memberships
    )


def with_credits(known: Sequence[Drummer], songs: Mapping[str, int]) -> tuple[Drummer, ...]:
    """The drummers, with the number of songs on which each is credited; those only credited come last."""
    left = dict(songs)
    kept: list[Drummer] = []
    for drummer in known:
        if drummer.role != "credited":
            own = [name for name in left if is_same_person(name, drummer.name)]
            kept.append(replace(drummer, credits=sum(left.pop(name) for name in own)))
    others = sorted(left.items(), key=lambda item: (-item[1], item[0]))
    return (*kept, *(Drummer(name, role="credited", credits=count) for name, count in others))


def is_same_person(one: str, other: str) -> bool:
    """The same name, or the same family name and a first name that is the other one's beginning ("Phil", "Philip")."""
    if fold(one) == fold(other):
        return True
    (*first, last), (*other_first, other_last) = one.split() or [""], other.split() or [""]
    if not first or not other_first or fold(last) != fold(other_last):
        return False
    short, long = sorted((fold(first[0]), fold(other_first[0])), key=len)
    return len(first) == len(other_first) == 1 and len(short) > 2 and long.startswith(short)


def credits_of(known: Iterable[Drummer]) -> dict[str, int]:
    """What `with_credits` was given, out of its result."""
    return {drummer.name: drummer.credits for drummer in known if drummer.credits}


def _drummer(terms: Sequence[Membership]) -> Drummer:
    """One person's terms in the band."""
    best = min(terms, key=lambda item: (_INSTRUMENT_RANK[item.instrument or "percussion"], _ROLE_RANK[item.role]))
    return Drummer(
        name=best.other,
        instrument=best.instrument or "percussion",
        role=best.role,
        mbid=best.other_mbid or None,
        years=_years(terms),
        original=any("original" in item.attributes for item in terms),
    )


def _years(terms: Iterable[Membership]) -> str | None:
    said: dict[str, None] = {}
    for item in sorted(terms, key=lambda item: (item.begin or "9999", item.end or "9999")):
        begin, end = year(item.begin), year(item.end)
        if begin and end:
            said[str(begin) if begin == end else f"{begin}–{end}"] = None
        elif begin:
            said[f"from {begin}" if item.ended else f"since {begin}"] = None
        elif end:
            said[f"until {end}"] = None
    return ", ".join(said) or None


def _rank(drummer: Drummer) -> tuple[int, int]:
    return _INSTRUMENT_RANK[drummer.instrument], _ROLE_RANK[drummer.role]


def _states_instrument(item: Membership) -> bool:
    """Whether the attributes name an instrument or the voice, none of them a drum."""
    return bool(item.attributes - _PASSING - {"original", "minor", "founder", "eponymous"})
