"""Whom a sentence speaks of: the artist's own drummers, or somebody else.

Names are found by their capitals. A name of somebody else counts as the owner of what follows it only where the
sentence shows a player: a possessive, a verb of playing, "who", or a word such as "drummer" beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from anyascii import anyascii

from mdg_pipeline.analyse.text.vocabulary import COMMON_STARTS, NOT_PEOPLE, PLAYING

Owner = Literal["own", "other"]

_PARTICLES = r"(?:of|the|de|da|do|dos|del|della|van|von|der|den|al|el|la|le|bin|y|af)"
_WORD = r"(?:(?:Jr|Sr)\.|[A-ZÀ-ÖØ-Þ]\.(?:[A-Z]\.)*|[^\W\d_a-zß-öø-ÿ][\w\-]*(?:[’'](?!s\b)\w+)*)"
_NAME = re.compile(rf"(?<![\w’'\-]){_WORD}(?: (?:{_PARTICLES} )?{_WORD})*(?:[’']s\b)?")
_SPEECH = (
    r"(?:said|says|told|tells|wrote|writes|recall(?:s|ed)|praise[sd]?|call(?:s|ed)|describe[sd]?|note[sd]?"
    r"|believe[sd]?|"
    r"explain(?:s|ed)|remember(?:s|ed)|argue[sd]?|considered|credit(?:s|ed)|commented|observed|remarked|stated"
    r"|has called)"
)
_POSSESSED = re.compile(r"[’']s?$")
_ROLE_BEFORE = re.compile(
    r"(?:drummers?|percussionists?|drumming of|(?:drums|drumming|percussion) (?:(?:is|are|was|were) )?by"
    r"|(?:played|performed|programmed|provided|cut|laid down|tracked|handled|supplied) by|"
    r"drummers? (?:such as|like|including))[,:]? $",
    re.IGNORECASE,
)
_AFTER_PLAYER = re.compile(
    rf",? (?:who|whom|whose)\b|, with (?:his|her|their)\b"
    rf"|, (?:the |then |a |an |also )?(?:\w+ ){{0,2}}(?:drummer|percussionist)\b"
    rf"|,? (?:\w+ly |was |is |had |has |also |used to |, meanwhile, |later |then |often ){{0,2}}"
    rf"(?!play with\b|played with\b|made\b|got\b|led\b|left\b)(?:{PLAYING})\b",
)
# somebody at the head of the sentence who did something; works "feature", "open" and "sell", people do the rest
_DID = re.compile(
    r" (?:\([^)]*\) )?(?:(?:was|were) (?:among )?the first\b|(?:is|was) "
    r"(?:an? |the |one of |among )(?:[\w-]+ ){0,5}?(?:drummer|percussionist|musician|guitarist"
    r"|bassist|player|singer|pianist|producer|composer|saxophonist)s?\b)"
    rf"| (?!{_SPEECH}\b)(?!(?:featured|opened|started|ended|included|combined|mixed|blended|influenced|inspired"
    r"|released|peaked|reached|charted|received|marked|topped|showed|continued|proved|followed|appeared|earned"
    r"|helped|produced|remained|asked"
    r"|wanted)\b)"
    r"(?:once |later |also |then )?(?:\w+ed|made|built|taught|took|wore|had|kept|put|left)\b"
)
# "Moe Tucker of the Velvet Underground had ...", "Kenny Clarke and Max Roach were ...": the verb is the person's
_MORE_OF_NAME = re.compile(rf"(?: (?:of|from) (?:the )?| and ){_WORD}(?: (?:{_PARTICLES} )?{_WORD})*(?![’'])")
# "The Roots' Questlove sat in": a person of another band at the head of the sentence
_OF_A_BAND = re.compile(r"[^,;:.\"“”]{2,45}[’']s? $")
_MUSICIAN_BEFORE = re.compile(
    r"(?:guitarist|bassist|bass player|guitar player|singer|vocalist|pianist|keyboardist|rapper|saxophonist"
    r"|trumpeter|organist) $",
    re.IGNORECASE,
)
_PLURAL_VERB = re.compile(r" (?:play|use|keep|hit|lay|push|drive|swing|hold|lean|sit|make|give|move|ride)\b")
# "Unlike Fenn, Platt ...": the artist is named, and somebody else spoken of
_CONTRAST_BEFORE = re.compile(
    r"(?:\b(?:unlike|in contrast (?:to|with)|as opposed to|compared (?:to|with)|more than|less than) )"
    r"(?:the )?(?:drummer )?$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?:,? and|,| &) (?:the |his |her |\w+ ){0,2}")
_BY_OTHER = re.compile(
    r"(?:(?:played|performed|provided|handled|programmed|supplied|contributed|written|overdubbed|sequenced|cut"
    r"|laid down|tracked) by"
    r"|(?:drums|drumming|percussion)"
    r" (?:is|was|are|were)? ?by|courtesy of) (?:the )?(?:\w+ ){0,3}$",
    re.IGNORECASE,
)
_MADE_BY = re.compile(
    r"\b(?:written|handled|programmed|played|performed|provided|supplied|contributed|overdubbed|sequenced) (?:\w+ )?by "
    r"(?:the |an? |their |his |her )(?:\w+ ){0,2}?(?:producer|engineer|programmer|guest|friend|guitarist|bassist"
    r"|singer)\b"
)
_RELATION = re.compile(
    r"\b(?:(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|whose|[A-Z]\w+[’']s|[Tt]he \w+[’']s) (?:\w+[ -]){0,2}?(?:predecessor"
    r"|successor|replacement"
    r"|sons?|daughters?|brothers?|sisters?|father|mother|wife|husband|uncle|cousin|teacher|mentor|idols?|hero(?:es)?"
    r"|students?|pupils?"
    r"|(?:boy|girl)?friend|partner|spouse|neighbou?r|nephew|niece|aunt|grandfather|grandmother|landlord|accountant"
    r"|manager|(?:sound )?engineer|technician|roadie|ex-\w+|"
    r"rival|contemporar(?:y|ies)|peers)\b"
    # "one of the first drummers" and "the first drummer to" are said of whom the sentence is about
    r"|(?<!as a )(?<!as an )(?<!was a )(?<!is a )(?<!became a )(?<!worked as )(?<!of the )"
    r"(?<!among the )(?<!most )(?<!from )"
    r"(?!first drummers? to\b)(?:former|original|previous|then"
    r"|touring|session|guest|stand-in|substitute|fill-in|replacement|first|old|another|other|"
    r"second|rival|singing|fellow|famous|legendary) drummers?\b"
    r"|whose (?:\w+ )?drummers?\b|(?:[Ss]upport|[Oo]pening) (?:act|band)s?\b|[Oo]pening for (?:them|him|her)\b"
    r"|(?:[Vv]ersions?|[Mm]ix(?:es)?|[Ee]dits?|[Rr]emix(?:es)?|[Cc]overs?),? (?:made |done |recorded |produced |sung )?"
    r"by\b"
    r"|[Tt]he remixers?\b|(?:remix(?:es|ed)?|cover(?:ed)?(?: versions?)?|rendition|reworking|remake|reworked"
    r"|(?:re)?interpreted) by\b"
    r"|(?:replaced|succeeded|substituted) by\b|took (?:his|her) place\b"
    # not where they are only compared with: "what sets him apart from other drummers"
    r"|(?<!from )(?<!makes )(?<!made )(?<!among )(?<!of )(?:many|other|most|some|these|those) drummers\b"
    r"|taught (?:the |an? |his |her )\w+)"
)
_OWN_THING = re.compile(
    r"(?:^|[\"”] |, )(?:[Oo]n |[Ii]n )?(?:[Tt]he|[Tt]heir|[Bb]oth|[Tt]hroughout|[Tt]he (?:two|twin|pair of)) "
    r"(?:band|group|duo|trio|pair|drummers|song|track|single|album|record|title track|kits)\b"
)
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|him|[Tt]hey|[Tt]heir|I|[Mm]y)\b")
# after a leader's name: "the drummer in Walter Voss's trio"
_ENSEMBLE_AFTER = re.compile(
    r" (?:\w+ ){0,2}?(?:trio|quartet|quintet|sextet|septet|band|orchestra|group|combo|ensemble|tour|albums?|records?"
    r"|singles?|songs?|debut|EP)\b| [\"“]"
)


# words between "with" and the names
_DESCRIBING = (
    r"(?:the|such|artists?|musicians?|acts|like|as|including|both|his|her|fellow|jazz|rock|pop|folk|soul|blues|r&b"
    r"|hip-hop|country|local|diverse|varied|different|disparate|various|numerous|many|other"
    r"|an? (?:\w+ )?(?:range|variety|number|host|array|list) of|"
    r"(?:singer|band|pianist|guitarist|rapper|band ?leader|producer|saxophonist|trumpeter|drummer|group|songwriter"
    r"|singer-songwriter|composer|"
    r"organist|bassist|vocalist|legend|star|duo|trio)s?|(?:albums?|records?|recordings|songs) (?:by|for|with)"
    r"|[A-Z]\w+(?:ian|ish|ese|can))"
)
_AMONG = r"(?:(?!\b(?:under|against|about)\b)[^.;:,]){0,45}?"
_TO_NAMES = re.compile(
    # "on Patrick Wolf's album"
    rf"\b(?:(?:play|drum|perform|appear|contribut)(?:s|m?ed|es|ing)? {_AMONG}\b"
    rf"(?:on|to)(?= {_WORD}(?: {_WORD})*[’']s? )"
    rf"|(?:play|drum|record|tour|perform|work|appear|collaborat|jam)(?:s|m?ed|m?ing|ions?)?\b{_AMONG}\b(?:with"
    rf"|alongside|behind)"
    rf"|(?:play|drum|perform|work)(?:s|m?ed|m?ing)?\b{_AMONG}\bfor"
    rf"|(?:play|drum|perform|appear|contribut)(?:s|m?ed|es|ing)?\b{_AMONG}\b(?:on|to) (?:\w+ ){{0,4}}?(?:albums?"
    rf"|records?|recordings|songs|tracks|sessions)"
    # "the drums on the album were played by ...": somebody else's
    r" (?:(?!was\b|were\b|is\b|are\b|been\b)\w+ ){0,2}?(?:by|for|with)"
    rf"|(?:sat in|fill(?:s|ed|ing) in|guest(?:s|ed)|sessions?|percussionist|drummer|credits)\b{_AMONG}\b(?:with|for"
    rf"|alongside|include|in|of)"
    rf"|(?:with|for|behind) whom\b{_AMONG}\b(?:are|were|included?)"
    rf"|(?:accompan(?:ied|ying)|back(?:ed|ing))(?: (?:were|was|are|is|include|included))?) (?:{_DESCRIBING},? )*"
)
_AND = re.compile(rf"(?:,? (?:and|or|as well as|plus)|,|;| &)(?: (?:with|for|by|also|{_DESCRIBING}))* ?(?=\S)")


@dataclass(frozen=True)
class Subject:
    """The artist that a text is read for: the names it goes by, and who plays the drums.

    For a drummer both are the same; a producer has no drummers, and the beats count as the artist's own. The title
    of a song or album whose page is read belongs to the names.
    """

    names: tuple[str, ...]
    drummers: tuple[str, ...] = ()

    @cached_property
    def is_a_drummer(self) -> bool:
        """Whether the artist is the drummer, not a band that has one."""
        return not set(self.names).isdisjoint(self.drummers)

    @cached_property
    def _full(self) -> set[str]:
        return {_fold(name) for name in (*self.names, *self.drummers)}

    @cached_property
    def whole_names(self) -> re.Pattern[str]:
        """The names as they are written, for those that are more than capitalised words ("Earth, Wind & Fire")."""
        names = sorted({name for name in (*self.names, *self.drummers) if name}, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names) or r"(?!)")

    @cached_property
    def _people(self) -> list[list[str]]:
        """The words of each person's name; a band's name is no person's."""
        people = self.drummers or self.names
        return [_fold(name).split() for name in people]

    def is_own(self, name: str) -> bool:
        """Whether a capitalised name in a text is the artist or a drummer: whole, or first name or surname alone."""
        folded = _fold(re.sub(r"[’']s?$", "", name))
        if folded in self._full or folded.removeprefix("the ") in {full.removeprefix("the ") for full in self._full}:
            return True
        tokens = [token for token in folded.split() if token not in ("drummer", "producer", "the", "dj", "mr", "ms")]
        if not tokens:
            return False
        for person in self._people:
            if len(tokens) == 1:
                if tokens[0] in person and len(tokens[0]) > 2:
                    return True
            elif tokens[-1] == person[-1] and (tokens[0] in person[:-1] or tokens[0] == person[0][0]):
                return True
        return False

    def is_drummer(self, name: str) -> bool:
        return Subject(self.drummers, self.drummers).is_own(name) if self.drummers else self.is_own(name)


@dataclass(frozen=True, slots=True)
class Mention:
    """`start` and `end` in the sentence; `owner` None: a name that does not take over what follows."""

    start: int
    end: int
    text: str
    owner: Owner | None


def mentions(sentence: str, subject: Subject | None) -> list[Mention]:
    """Names, relations and things of the artist in the order of the sentence; of no subject there are none."""
    if subject is None:
        return []
    found = list(_names(sentence, subject))
    own_at = {(m.start, m.end) for m in found if m.owner == "own"}
    for match in _RELATION.finditer(sentence):
        # "original drummer Marlow Fenn" is the artist's own
        if not any(match.end() <= start <= match.end() + 2 for start, _ in own_at):
            found.append(Mention(match.start(), match.end(), match.group(), "other"))
    found += [Mention(m.start(), m.end(), m.group(), "other") for m in _MADE_BY.finditer(sentence)]
    found += [Mention(m.start(), m.end(), m.group(), "own") for m in subject.whole_names.finditer(sentence)]
    found += [Mention(m.start(), m.end(), m.group(), "own") for m in _OWN_THING.finditer(sentence)]
    return sorted(found, key=lambda mention: (mention.start, mention.end))


def owners(sentence: str, found: Iterable[Mention], focus: Owner) -> list[tuple[int, int, Owner]]:
    """Stretches of the sentence and whose they are. `focus` is of whom the text spoke before."""
    stretches: list[tuple[int, int, Owner]] = []
    start, owner, relative_end, own_end = 0, focus, 0, len(sentence)
    for mention in found:
        if mention.owner is None or mention.start < max(start, relative_end):
            continue
        if mention.owner == "other" and owner == "own" and _JOINED.fullmatch(sentence, own_end, mention.start):
            continue  # "Fenn and the bassist Joe Tuck ...": together
        done_by = _MADE_BY.match(mention.text) or _BY_OTHER.search(sentence[: mention.start])
        if mention.owner == "other" and done_by:
            # "the drums were played by ...": what came before in this clause is theirs
            clause = max(sentence.rfind(mark, start, mention.start) for mark in (",", ";", ":"))
            clause = max(clause, start)
            stretches += [(start, clause, owner), (clause, mention.start, "other")]
        else:
            stretches.append((start, mention.start, owner))
        start, owner = mention.start, mention.owner
        own_end = mention.end if owner == "own" else len(sentence)
        if mention.owner == "other" and sentence.startswith(", whom ", mention.end):
            # "Roy Haynes, whom Grady knew, used ...": the sentence goes on with the first
            relative_end = sentence.find(",", mention.end + 1)
    stretches.append((start, len(sentence), owner))
    return [stretch for stretch in stretches if stretch[0] < stretch[1]]


def collaborators(sentence: str, subject: Subject | None) -> list[str]:
    """Whom a sentence says the drummer played with, in order."""
    return [sentence[start:end] for start, end in _collaborators(sentence, subject)]


def has_pronoun(text: str) -> bool:
    return bool(_PRONOUN.search(text))


def names_of(sentence: str) -> list[re.Match[str]]:
    """Capitalised names of one word or more; a sentence's first word alone counts only when it is no common word."""
    return [match for match in _NAME.finditer(sentence) if not _is_common(match, sentence)]


def _collaborators(sentence: str, subject: Subject | None) -> list[tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    names = names_of(sentence)
    starts = {place: match for match in names for place in (match.start(), _trimmed(match))}
    for trigger in _TO_NAMES.finditer(sentence):
        position, at_place = trigger.end(), trigger.group().rstrip().endswith((" in", " on", " to"))
        while (match := starts.get(position)) is not None:
            name = re.sub(r"[’']s$", "", sentence[position : match.end()])
            possessed = position + len(name) != match.end()
            if at_place and not (possessed and _ENSEMBLE_AFTER.match(sentence, match.end())):
                break  # "played in London"
            if possessed and not _ENSEMBLE_AFTER.match(sentence, match.end()):
                break  # "played on Fenn's": of what is not said
            if not is_thing(name) and (subject is None or not subject.is_own(name)):
                found.setdefault(name, (position, position + len(name)))
            joint = _AND.match(sentence, match.end())
            if joint is None or possessed:
                break
            position = joint.end()
    return list(found.values())


def _names(sentence: str, subject: Subject) -> Iterator[Mention]:
    together = {start for start, _ in _collaborators(sentence, subject)}
    for match in names_of(sentence):
        start, end = _trimmed(match), match.end()
        text = sentence[start:end]
        if subject.is_own(text):
            contrasted = _CONTRAST_BEFORE.search(sentence[:start]) and not _POSSESSED.search(text)
            yield Mention(start, end, text, None if contrasted else "own")
        elif not is_thing(text):
            played_with = start in together and not re.match(r",? who(?:se)?\b", sentence[end:])
            yield Mention(start, end, text, None if played_with or not _is_player(sentence, start, end) else "other")


def _trimmed(match: re.Match[str]) -> int:
    """Where a name begins, without words before it that are none ("Unlike Moon", "Producer Hal Winters")."""
    words = match.group().split(" ")
    start = match.start()
    while len(words) > 1 and words[0] != "The" and words[0].lower() in COMMON_STARTS | NOT_PEOPLE:
        start += len(words.pop(0)) + 1
    return start


def _is_common(match: re.Match[str], sentence: str) -> bool:
    word = re.sub(r"[’']\w+$", "", match.group())
    before = sentence[: match.start()].rstrip(" \"“‘'([")
    starts = not before or before[-1] in ".!?:;…–—"
    return starts and " " not in word and (word.lower() in COMMON_STARTS or word.endswith(("ly", "ing")))


def is_thing(name: str) -> bool:
    """Whether a capitalised name is a maker's, a month, a magazine, a town: nobody who plays."""
    return all(word.lower().rstrip(".") in NOT_PEOPLE for word in re.sub(r"[’']s?$", "", name).split())


def _is_player(sentence: str, start: int, end: int) -> bool:
    text, before, after = sentence[start:end], sentence[:start], sentence[end:]
    if more := _MORE_OF_NAME.match(after):
        after = after[more.end() :]
    speaks = re.match(rf",? {_SPEECH}\b", after)
    if _MUSICIAN_BEFORE.search(before) and re.match(r" [a-z]+s ", after):
        return not speaks
    if text.endswith("s") and _PLURAL_VERB.match(after):
        return False  # "Verses keep ...": a plural noun that begins the sentence
    return bool(
        (not before.strip() and " " in text and _DID.match(after))
        or (_OF_A_BAND.match(before) and _DID.match(after))
        or _ROLE_BEFORE.search(before)
        or (_POSSESSED.search(text) and re.match(r" [a-z]", after))
        or (not speaks and _AFTER_PLAYER.match(after))
    )


def _fold(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(re.sub(r"[’']", "", name)).lower()))
