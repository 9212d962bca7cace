"""Is what a MIDI search found a performance of this artist? Decided from file names, titles and the artist's cell.

A search by words finds strangers: of 1,909 results for 46 artists 11 % named the artist ("John Legend" finds "legend
of zelda" and "john williams"). A name of several words, or of one that is no everyday word, is looked for in the whole
title; an everyday word (Rush, Kiss, Live) counts only where an artist's name stands: a field of its own beside a dash,
a bracket, after "by", or the artist's cell. What speaks against it: a well-known act in the other field, a longer
name around it (Queen Latifah), words of tribute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.title_fields import CAMEL, MARK, NOISE, Field, fields_of, folded, romanised, without_suffix
from mdg_pipeline.collect.title_lexicon import FUNCTION_WORDS, is_everyday, is_known_act, is_personal, letters, listed

ACCEPTED = 0.5
_JOINS = frozenset({"and", "&", "+", "n", "y", "e", "et", "und", "with", "vs", "feat", "ft", "featuring"})
_GUESTS = frozenset({"feat", "ft", "featuring", "vs", "with"})
_NAME_JOINS = frozenset({"and", "n"})
_GROUP_WORDS = frozenset({"band", "group", "orchestra", "trio", "quartet", "quintet", "experience", "project"})
_NO_ARTIST = listed("various variousartists unknown unknownartist misc miscellaneous none other soundtrack")
_TRIBUTE = re.compile(
    r"\b(?:tribute|homage|hommage|omaggio|tributo|homenaje|salute|ode|parody|spoof|style|influenced|inspired|dedicated|"
    r"covers?|plays|sings|sounds? like|made famous|originally|meets|songs? (?:of|for|about)|story of|ballad of)\b"
    rf"(?: (?:of|to|by|from|the|a|in|style|for))* ?{MARK}"
    rf"|{MARK}(?: s)? (?:tribute|covers?|style|styled|theme|parody|inspired|type beat|soundalike)\b"
)
_GAP = r"(?:[,.] |[ _.,'/+\-" + CAMEL + r"])?"
_JOIN = rf"{_GAP}(?:(?:and|n|und|y|et|e|&){_GAP})?"
_GLUED_LETTERS = 7  # a name of so many is found at the start or the end of a longer word

Place = Literal["anywhere", "edge", "field"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: its file name or title, and the artist where the site gives one apart."""

    title: str
    artist: str = ""
    other_names: tuple[str, ...] = ()  # other file names of the same file


@dataclass(frozen=True, slots=True)
class Match:
    """`score` is 0-1; from ACCEPTED on the hit is taken for the artist's. `reason` is for a person."""

    score: float
    reason: str

    @property
    def accepted(self) -> bool:
        return self.score >= ACCEPTED


@dataclass(frozen=True, slots=True)
class _Name:
    """One way of writing the artist's name, and where it must stand to be believed."""

    pattern: re.Pattern[str]
    letters: str
    place: Place
    weight: float
    single: bool  # one word
    with_the: bool = False
    noise: bool = False  # a word that also says how something was recorded: Live


def match(query: ArtistQuery, hit: Hit) -> Match:
    """Whether this hit is by the artist, from the hit alone."""
    names = _names(query.name, query.aliases)
    by_cell = _match_cell(names, hit.artist) if hit.artist.strip() else None
    if by_cell is not None:
        return by_cell
    named = _match_title(names, hit.title)
    others = [_match_title(names, other) for other in hit.other_names]
    best = max([named, *others], key=lambda each: each.score)
    if best is not named and named.reason.startswith(_STRANGER):
        return named
    return best


def match_all(query: ArtistQuery, hits: Sequence[Hit]) -> list[Match]:
    """A match per hit; what is doubtful alone is believed where a sure hit has the same title.

    "dancing_queen_k" stays out, while "bohemian_rhapsody_queen_k" comes in beside "Queen - Bohemian Rhapsody".
    """
    names = _names(query.name, query.aliases)
    matches = [match(query, hit) for hit in hits]
    sure = {
        title
        for hit, found in zip(hits, matches, strict=True)
        if found.accepted
        for title in _titles_beside(names, hit)
    }
    return [
        Match(0.7, "the title of a file that names the artist clearly")
        if not found.accepted and not found.reason.startswith(_STRANGER) and _rest(names, hit.title) in sure
        else found
        for hit, found in zip(hits, matches, strict=True)
    ]


def song_title(query: ArtistQuery, title: str) -> str:
    """The hit's title without the artist's name: "queen-bohemian_rhapsody K.mid" -> Bohemian Rhapsody."""
    text = without_suffix(title)
    marked, _ = _marked(_names(query.name, query.aliases), folded(text))
    plain = (field.words for field in fields_of(marked) if not field.bracketed)
    words = [word for field in plain for word in field if word not in (MARK, "by")]
    return " ".join(words).title() or text.strip()


_STRANGER = "by "
_ABSENT = Match(0.0, "the name is not in it")


def _match_cell(names: tuple[_Name, ...], cell: str) -> Match | None:
    """By the artist's cell; None where it names nobody."""
    text = folded(cell)
    if letters(text) in _NO_ARTIST:
        return None
    fields = [Field(tuple(field.words)) for field in fields_of(_marked(names, text)[0])]
    name = _marked(names, text)[1]
    words = [word for field in fields for word in field.words]
    if name is None or _is_tribute(text, names):
        return Match(0.0, f"{_STRANGER}{cell.strip()[:80]}")
    if any(field.words == (MARK,) for field in fields):
        return Match(0.97 * name.weight, "the artist's cell names the artist")
    if any(part == [MARK] for part in _components(words)):
        return Match(0.8 * name.weight, "the artist's cell names the artist with others")
    rest = [word for word in words if word != MARK]
    if name.place == "anywhere" and all(word in _GROUP_WORDS for word in rest):
        return Match(0.8 * name.weight, "the artist's cell names the artist's group")
    return Match(0.0, f"{_STRANGER}{cell.strip()[:80]}")


def _match_title(names: tuple[_Name, ...], title: str) -> Match:
    text = folded(without_suffix(title))
    found = _match_text(names, text)
    if found.score < ACCEPTED and not text.isascii():
        return max(found, _match_text(names, romanised(text)), key=lambda each: each.score)
    return found


def _match_text(names: tuple[_Name, ...], text: str) -> Match:
    """The best reading over the ways of writing the name."""
    best = _ABSENT
    for name in names:
        said = name.pattern.search(text)
        if said is None:
            continue
        found = _read(name, name.pattern.sub(MARK, text), said_the=name.with_the and said.group().startswith("the"))
        found = Match(round(found.score * name.weight, 3), found.reason)
        if found.score > best.score or best is _ABSENT:
            best = found
    return best


def _read(name: _Name, text: str, *, said_the: bool) -> Match:
    """A text in which MARK stands for the name; `said_the`: with the article that belongs to it."""
    fields = fields_of(text)
    if _TRIBUTE.search(_flat(text)):
        return Match(0.1, "a tribute, a cover or the like, not the artist")
    if longer := _longer_name(name, fields):
        return Match(0.1, f"{_STRANGER}{longer}")
    plain = [field for field in fields if not field.bracketed]
    if len(plain) > 1:
        found = _read_fields(name, plain)
    else:
        found = _read_flat(name, plain[0].words if plain else (), said_the=said_the)
    bracketed = [field.words for field in fields if field.bracketed and MARK in field.words]
    if bracketed and found.score < ACCEPTED and plain:
        found = _read_bracket(name, bracketed[0], plain)
    if found.accepted and re.search(r"\bmedley\b", text):
        return Match(found.score * 0.75, f"{found.reason}; a medley")
    return found


def _read_fields(name: _Name, fields: list[Field]) -> Match:
    """Several fields: the name should be one of them."""
    words = [field.words for field in fields]
    whole = next((index for index, each in enumerate(words) if each in ((MARK,), ("by", MARK))), None)
    at = next((index for index, each in enumerate(words) if MARK in each), None) if whole is None else whole
    if at is None:
        return _ABSENT
    others = [list(each) for index, each in enumerate(words) if index != at]
    known = next((other for other in others if _names_an_act(other)), [])
    return _read_whole(name, at, others, known) if whole is not None else _read_within(name, at, list(words[at]), known)


def _is_sure(act: list[str]) -> bool:
    """Whether these words say an act, and not also a title: Tom Jones, but not Cream."""
    return bool(act) and not (len(act) == 1 and is_everyday(act[0]))


def _read_whole(name: _Name, at: int, others: list[list[str]], known: list[str]) -> Match:
    """The name is field number `at`; `known` is the other field that names a well-known act, if one does."""
    everyday = name.place == "field"
    only_other = len(others) == 1
    # in first place an everyday word is a title where the other is surely an act: "Kiss - Tom Jones"
    doubtful = everyday and only_other if at == 0 else everyday or only_other
    if doubtful and known and (_is_sure(known) or (at > 0 and everyday)):
        return Match(0.35, f"{_STRANGER}{' '.join(known)}, the name is the title")
    if at == 0:
        return Match(0.95, "the name is the first field")
    if name.noise:
        return Match(0.2, "the word says how it was recorded")
    if everyday and only_other and _looks_like_a_name(others[0]):
        return Match(0.4, "an everyday word beside what may be another's name")
    return Match(0.9 if at == len(others) else 0.85, "the name is a field of its own")


def _read_within(name: _Name, at: int, words: list[str], known: list[str]) -> Match:
    """The name is a part of field number `at`."""
    if _is_component(name, words) or (at == 0 and _leads_a_group(words)):
        return Match(0.75, "the name stands among the artists")
    if _said_by(words):
        return Match(0.8, 'the name follows "by"')
    if name.place == "anywhere" and not _is_sure(known):
        if not name.single:
            return Match(0.75, "the name stands within a field")
        if at == 0 and words[0] == MARK and is_everyday(words[1]):  # not Cher Lloyd
            return Match(0.6, "the first field begins with the name")
    return Match(0.2, "the word is part of a title")


def _read_flat(name: _Name, words: Sequence[str], *, said_the: bool) -> Match:
    """A title without fields."""
    here = list(words)
    if MARK not in here:
        return _ABSENT
    if here == [MARK]:
        return Match(0.7 if name.place == "anywhere" else 0.3, "nothing but the name")
    if _said_by(here):
        return Match(0.6 if name.place == "field" else 0.85, 'the name follows "by"')
    return (_read_flat_everyday if name.place == "field" else _read_flat_distinct)(name, here, said_the=said_the)


def _read_flat_everyday(name: _Name, words: list[str], *, said_the: bool) -> Match:
    if said_the and words[0] == MARK and words[1] not in FUNCTION_WORDS:
        return Match(0.55, 'the title begins with "the" and the name')
    if _is_component(name, words):
        return Match(0.6, "the name stands among the artists")
    return Match(0.3, "an everyday word in a title without fields")


def _read_flat_distinct(name: _Name, words: list[str], *, said_the: bool) -> Match:
    at_start = words[0] == MARK and (name.place == "anywhere" or words[1] not in FUNCTION_WORDS)
    at_end = words[-1] == MARK and (name.place == "anywhere" or words[-2] not in FUNCTION_WORDS)
    if at_start or at_end:
        return Match(0.6 if name.place == "edge" else 0.8, "the title begins or ends with the name")
    if name.place == "anywhere" and not name.single:
        return Match(0.7, "the name stands in the title")
    return Match(0.35, "the words are part of a title")


def _read_bracket(name: _Name, words: Sequence[str], outside: list[Field]) -> Match:
    here = list(words)
    if here[0] in _GUESTS and [MARK] in _components(here):
        return Match(0.65, "the name is a guest's")
    if any(_names_an_act(list(field.words)) for field in outside):
        return Match(0.3, f"{_STRANGER}another, the name stands in a bracket")
    if name.noise:
        return Match(0.2, "the word says how it was recorded")
    if here == [MARK] or _said_by(here):
        return Match(0.85, "the name stands in a bracket of its own")
    if _is_component(name, here) or (name.place == "anywhere" and not name.single):
        return Match(0.7, "the name stands in a bracket")
    return Match(0.3, "the word is part of a bracket")


def _components(words: Sequence[str]) -> list[list[str]]:
    """Santana feat Rob Thomas -> [santana] [rob thomas]."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word in _JOINS:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _is_component(name: _Name, words: Sequence[str]) -> bool:
    """Whether the name is one of several acts; with an everyday word, the others have to be acts as well."""
    parts = _components(words)
    if [MARK] not in parts or not set(words) & _JOINS:
        return False
    if name.place == "anywhere":
        return True
    if name.noise:
        return False
    rest = [part for part in parts if part != [MARK]]
    return bool(set(words) & (_GUESTS - {"with"})) or (bool(rest) and all(map(is_known_act, rest)))


def _leads_a_group(words: Sequence[str]) -> bool:
    """Prince & The Revolution."""
    return len(words) > 3 and words[0] == MARK and words[1] in ("&", "and") and words[2] == "the"


def _said_by(words: Sequence[str]) -> bool:
    return len(words) > 1 and list(words[-2:]) == ["by", MARK]


def _names_an_act(words: list[str]) -> bool:
    """Whether another field names a well-known act, alone, with others, or at its start."""
    if MARK in words:
        return False
    if is_known_act(words) or any(is_known_act(part) for part in _components(words) if len(part) > 1):
        return True
    return any(is_known_act(words[:count]) for count in range(2, len(words)))


def _looks_like_a_name(words: list[str]) -> bool:
    """One or two words of which none is everyday: more likely another act than a title."""
    return len(words) <= 2 and not any(map(is_everyday, words)) and not any(word.isdigit() for word in words)


def _longer_name(name: _Name, fields: list[Field]) -> str:
    """A well-known act whose name holds this one; empty where there is none."""
    for field in fields:
        words = list(field.words)
        for at in (index for index, word in enumerate(words) if word == MARK):
            for start in range(max(0, at - 3), at + 1):
                for end in range(at + 1, min(len(words), at + 4) + 1):
                    window = [name.letters if word == MARK else word for word in words[start:end]]
                    rest = words[start:at] + words[at + 1 : end]
                    extends = any(word not in _GROUP_WORDS | _JOINS | {"the"} for word in rest)
                    if extends and not set(rest) & _JOINS and is_known_act(window):
                        return " ".join(window)
    return ""


def _is_tribute(text: str, names: tuple[_Name, ...]) -> bool:
    return any(_TRIBUTE.search(_flat(name.pattern.sub(MARK, text))) for name in names)


def _flat(text: str) -> str:
    return " ".join(re.findall(rf"{MARK}|[^\W_]+", text))


def _marked(names: tuple[_Name, ...], text: str) -> tuple[str, _Name | None]:
    for name in names:
        marked = name.pattern.sub(MARK, text)
        if marked != text:
            return marked, name
    return text, None


def _titles_beside(names: tuple[_Name, ...], hit: Hit) -> set[str]:
    """What a sure hit is called: its other fields."""
    marked, name = _marked(names, folded(without_suffix(hit.title)))
    if name is None:
        return {letters(field_text) for field_text in [folded(without_suffix(hit.title))] if hit.artist}
    fields = [list(field.words) for field in fields_of(marked) if not field.bracketed]
    if [MARK] not in fields:
        return set()
    return {letters("".join(words)) for words in fields if MARK not in words and not _names_an_act(words)} - {""}


def _rest(names: tuple[_Name, ...], title: str) -> str:
    """The title without the name."""
    marked, name = _marked(names, folded(without_suffix(title)))
    if name is None:
        return ""
    words = [word for field in fields_of(marked) if not field.bracketed for word in field.words]
    return letters("".join(word for word in words if word != MARK and word not in NOISE - {"the"}))


@lru_cache(maxsize=256)
def _names(name: str, aliases: tuple[str, ...]) -> tuple[_Name, ...]:
    """Every way of writing the artist's names, the surest first."""
    ways: dict[str, _Name] = {}
    for index, written in enumerate((name, *aliases)):
        for way in _ways_of(written, 1.0 if index == 0 else 0.95):
            ways.setdefault(way.pattern.pattern, way)
    return tuple(sorted(ways.values(), key=lambda way: -way.weight))


def _ways_of(written: str, weight: float) -> list[_Name]:
    ways: list[_Name] = []
    for text in dict.fromkeys((folded(written), folded(_umlauts(written)), romanised(folded(written)))):
        words = re.findall(r"[^\W_]+", text.replace(CAMEL, ""))
        has_the = len(words) > 1 and words[0] == "the" and words[1:] != ["the"]
        core = [word for word in words[has_the:] if word not in _NAME_JOINS] or words[has_the:]
        if core:
            ways += _ways_of_words(core, weight, has_the)
    return ways


def _ways_of_words(words: list[str], weight: float, has_the: bool) -> list[_Name]:
    joined = "".join(words)
    place = _place_of(words, joined)
    pattern = _JOIN.join(map(_letter_by_letter, words))
    end = r"(?![^\W_])" if joined[-1].isdigit() else r"(?=\d*(?![^\W_]))"
    single = len(words) == 1

    def name(pattern: str, place: Place, weight: float) -> _Name:
        return _Name(re.compile(pattern), joined, place, weight, single, has_the, joined in NOISE)

    ways = [name(rf"(?<![^\W_])(?:the[\W_]+)?(?:{pattern}){end}(?:,[ _]?the(?![^\W_]))?", place, weight)]
    if not joined.isascii():
        ways.append(name(re.escape(joined), "anywhere" if len(joined) > 2 else place, weight * 0.9))
    elif len(joined) >= _GLUED_LETTERS and place == "anywhere":
        ways.append(name(rf"(?<![^\W_]){pattern}(?=[^\W\d_])|(?<=[^\W\d_]){pattern}{end}", place, weight * 0.8))
    if len(words) == 2 and not has_the and min(map(len, words)) > 1:
        given, family = map(_letter_by_letter, words)
        ways.append(name(rf"(?<![^\W_]){family},?[ _{CAMEL}]{given}{end}", "edge", weight * 0.9))
        ways.append(name(rf"(?<![^\W_]){words[0][0]}[. _{CAMEL}]{{1,2}}{family}{end}", "field", weight * 0.75))
        if len(words[1]) > 4 and not (is_everyday(words[1]) or is_personal(words[1])):
            ways.append(name(rf"(?<![^\W_]){family}{end}", "field", weight * 0.65))
    return ways


def _letter_by_letter(word: str) -> str:
    """The word, also with a capital inside: OutKast."""
    return f"{CAMEL}?".join(map(re.escape, word))


def _place_of(words: list[str], joined: str) -> Place:
    """Where a name of these words has to stand."""
    if len(words) == 1:
        everyday = is_everyday(joined) or is_personal(joined) or len(joined) < 2
        return "field" if everyday else "anywhere"
    return "edge" if all(is_everyday(word) or (len(word) == 1 and word.isalpha()) for word in words) else "anywhere"


def _umlauts(text: str) -> str:
    """Motoerhead, Bjoerk."""
    return "".join(_SPELT_OUT.get(char, char) for char in text.lower())


_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
