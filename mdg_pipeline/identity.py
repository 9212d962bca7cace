"""Which artist a typed name means: pure decisions about what MusicBrainz gave for it.

Nothing here asks a service or writes a row; see `resolve` for that.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import IntEnum

from anyascii import anyascii

MAX_LISTED = 10
# votes from which on a name counts as well known, and how many times those of another it takes to leave that behind
_KNOWN_VOTES = 50
_FAR_AHEAD = 10
_CLEAR_SCORE = 15
_MAX_GENRES_SAID = 3
# not the players that anybody types a name for, unless nothing else has it
_COMBINING = re.compile(r"[\u0300-\u036f]")
_UNLIKELY_KINDS = frozenset({"Character", "Other"})

CERTAIN = 1.0
BY_ANOTHER_NAME = 0.95
AMONG_HOMONYMS = 0.9
# MusicBrainz has nobody of that name: obscure, or misspelt
NOT_FOUND = 0.7


@dataclass(frozen=True, slots=True)
class Alias:
    name: str
    sort_name: str = ""
    locale: str | None = None
    primary: bool = False
    hint: bool = False  # a misspelling or the like, kept for searching alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """An artist of MusicBrainz. `score` 0-100 is the search's, relative to its best hit; 100 from a lookup."""

    mbid: str
    name: str
    sort_name: str = ""
    aliases: tuple[Alias, ...] = ()
    kind: str | None = None  # Person, Group, Orchestra, Choir, Character, Other
    disambiguation: str = ""
    area: str = ""
    begin: str = ""  # ISO date, often the year alone: of birth, of a group's founding
    end: str = ""
    ended: bool = False
    score: int = 100
    tags: dict[str, int] = field(default_factory=dict)  # -> votes

    @property
    def votes(self) -> int:
        """How many people have tagged the artist: the only measure of being known that MusicBrainz gives."""
        return sum(votes for votes in self.tags.values() if votes > 0)

    @property
    def is_bare(self) -> bool:
        """A name and nothing else: nobody could say who that is."""
        return not (self.disambiguation or self.area or self.begin or self.end or self.tags)


@dataclass(frozen=True, slots=True)
class Chosen:
    candidate: Candidate
    certainty: float


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several artists of the name, the likeliest first."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody of that name."""


Decision = Chosen | Ambiguous | Unknown


class Match(IntEnum):
    """How a candidate's name fits the typed one; the larger the closer."""

    NONE = 0
    ALIAS = 1  # an alias, or the sort name ("Bonham, John")
    ARTICLE = 2  # with or without a leading "The"
    FOLDED = 3  # but for diacritics, punctuation, "and" or "&"
    SPELLED = 4  # but for the case


def choose(typed: str, candidates: list[Candidate]) -> Decision:
    """Who is meant by a typed name, of those that a search gave.

    Only a candidate whose name, sort name or alias is the typed name (see `Match`) can be meant; a search gives
    many others, however high their score. One alone is chosen. Of several, the one is chosen that beats each
    other one, and without such a one the question goes to a person. A beats B when

    - B is a bare entry (no description, place, dates or tags), and A is not and has the name as more than an alias;
    - or, both or neither being bare, A's name fits better, unless B is far better known ("Police" means The Police
      and not an obscure Police);
    - or, likewise, A is far better known: 50 tag votes or more, and ten times those of B. Between names that fit
      equally well A's search score must be 15 ahead too. "Nirvana" is the band from Seattle by that rule; where the
      score does not tell them apart ("Genesis") asking costs a key, and guessing wrong costs a whole research.

    Fictional characters and the like are left out where anybody else has the name.

    The certainty is 1 for the only artist of the name, 0.95 where an alias or a name with another article was
    typed, 0.9 for one that was chosen over homonyms, whose documents can still be taken for this artist's.
    """
    found = {item.mbid: item for item in candidates if match(typed, item) is not Match.NONE}
    rivals = [item for item in found.values() if item.kind not in _UNLIKELY_KINDS] or list(found.values())
    if not rivals:
        return Unknown()
    wins = {item.mbid: sum(_beats(typed, item, other) for other in rivals if other is not item) for item in rivals}
    ranked = sorted(rivals, key=lambda item: (-wins[item.mbid], -item.score, -item.votes, item.mbid))
    leader = ranked[0]
    if wins[leader.mbid] < len(rivals) - 1:
        # nobody can decide for an entry that says nothing, where others say something
        beaten = {item.mbid for item in ranked if any(_beats(typed, other, item) for other in rivals)}
        listed = [item for item in ranked if not (item.is_bare and item.mbid in beaten)]
        return Ambiguous(tuple(listed[:MAX_LISTED]))
    if any(match(typed, other) >= Match.FOLDED and not other.is_bare for other in ranked[1:]):
        return Chosen(leader, AMONG_HOMONYMS)
    return Chosen(leader, CERTAIN if match(typed, leader) >= Match.FOLDED else BY_ANOTHER_NAME)


def match(typed: str, candidate: Candidate) -> Match:
    """How the candidate's name fits the typed one."""
    if _spelling(typed) == _spelling(candidate.name):
        return Match.SPELLED
    wanted = fold(typed)
    if wanted == fold(candidate.name):
        return Match.FOLDED
    bare = fold(without_article(typed))
    if bare == fold(without_article(candidate.name)):
        return Match.ARTICLE
    others = [candidate.sort_name]
    others += [name for alias in candidate.aliases for name in (alias.name, alias.sort_name)]
    return Match.ALIAS if any(name and fold(name) in (wanted, bare) for name in others) else Match.NONE


def fold(name: str) -> str:
    """What is left of a name for comparing: case, diacritics, punctuation and spaces do not count, "&" is "and".

    Latin letters lose their marks; other scripts keep theirs, because there they make other letters (が, か). A name of
    punctuation alone ("!!!") stays as it is.
    """
    text = re.sub(r"(?<=\w)\s*[&+]\s*(?=\w)|\s['’]?n['’]?\s", " and ", _spelling(name))
    kept = "".join(_plain(char) for char in _COMBINING.sub("", text) if unicodedata.category(char)[0] in "LNM")
    return kept or text


def without_article(name: str) -> str:
    """The name without a leading "The" (or ", The" at the end of a sort name); "The The" stays."""
    text = re.sub(r"^the\s+|,\s*the$", "", name.strip(), flags=re.IGNORECASE).strip()
    return name if text.casefold() in ("", "the") else text


def spellings(typed: str) -> list[str]:
    """What to search for: the typed name, without "The", and with "and" for "&" or the other way round."""
    swapped = re.sub(r"\s+&\s+", " and ", typed)
    if swapped == typed:
        swapped = re.sub(r"\s+and\s+", " & ", typed, flags=re.IGNORECASE)
    return list(dict.fromkeys([typed, without_article(typed), swapped]))


def describe(candidate: Candidate) -> str:
    """One line that tells the candidate from others of the name."""
    kind = (candidate.kind or "").lower()
    place = f"{kind} from {candidate.area}" if kind and candidate.area else kind or candidate.area
    tags = [tag for tag, votes in sorted(candidate.tags.items(), key=lambda item: (-item[1], item[0])) if votes > 0]
    parts = [candidate.disambiguation, place, years_of(candidate) or "", ", ".join(tags[:_MAX_GENRES_SAID])]
    return "; ".join(part for part in parts if part) or "nothing more is known"


def years_of(candidate: Candidate) -> str | None:
    """The years of a group ("1967–2022", "since 1985"), or of a person's life ("born 1948", "1948–1980")."""
    begin, end = year(candidate.begin), year(candidate.end)
    if begin and end:
        return f"{begin}–{end}"
    if begin:
        person = candidate.kind == "Person"
        return f"born {begin}" if person else f"from {begin}" if candidate.ended else f"since {begin}"
    return f"until {end}" if end else None


def year(date: str) -> int | None:
    """The year of an ISO date that may be only a year; None for anything else ("????-05")."""
    found = re.match(r"\d{4}(?!\d)", date)
    return int(found[0]) or None if found else None


def _beats(typed: str, a: Candidate, b: Candidate) -> bool:
    fit_a, fit_b = match(typed, a), match(typed, b)
    if a.is_bare != b.is_bare:
        return b.is_bare and fit_a > Match.ALIAS
    if fit_a > fit_b:
        return not _far_better_known(b, a)
    return _far_better_known(a, b) and (fit_a < fit_b or a.score - b.score >= _CLEAR_SCORE)


def _far_better_known(a: Candidate, b: Candidate) -> bool:
    return a.votes >= max(_KNOWN_VOTES, _FAR_AHEAD * b.votes)


def _spelling(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _plain(char: str) -> str:
    return anyascii(char).lower() if "LATIN" in unicodedata.name(char, "") else char
