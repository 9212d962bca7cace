"""Whether a sentence is about the artist's drumming: 0-1, and of which kind.

First what is not the artist's is blanked out: other senses of the words, titles, comparisons and influences, other
people's playing, wishes. What remains is described by a few counts; their weights are those of a logistic regression
fitted to labelled sentences (`benchmarks/relevance_sentences.py --fit`), kept here as a table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mdg_pipeline.analyse.text import people
from mdg_pipeline.analyse.text.clean import addresses_a_model
from mdg_pipeline.analyse.text.people import Mention, Owner, Subject
from mdg_pipeline.analyse.text.vocabulary import (
    ABSENCE,
    BIOGRAPHY,
    CREDIT,
    DRUMS,
    DRUMS_DO,
    FORCE,
    GEAR,
    HINT,
    MACHINE,
    NAMESAKES,
    NOT_MUSIC,
    OTHER_INSTRUMENTS,
    OTHER_SENSES,
    PLAYING,
    PRAISE,
    ROLE,
    SKILL,
    STYLE,
    TECHNIQUE,
    TIME,
)

DrummingKind = Literal["style", "technique", "equipment", "collaborators", "quote"]

# the artist, another drummer, or somebody who does not drum: the last is meant only where a pronoun says so
Focus = Literal["own", "other", "someone"]
_OWNER: dict[Focus, Owner] = {"own": "own", "other": "other", "someone": "other"}
_THIRD_PERSON = re.compile(r"\b(?:he|she|his|her|hers|him)\b", re.IGNORECASE)

THRESHOLD = 0.45

WEIGHTS: dict[str, float] = {
    "bias": -3.76,
    "drums": 3.21,
    "technique": 3.09,
    "style": 3.56,
    "drums_do": 2.2,
    "hint": 2.01,
    "credit": -0.31,
    "role": 1.84,
    "force": 1.65,
    "skill": 0.71,
    "machine": -0.77,
    "gear": 1.38,
    "time": 1.05,
    "led_by_another": -0.79,
    "drumming": 0.82,
    "title": 0.24,
    "praise": 0.94,
    "drummer_named": 1.49,
    "named": -0.32,
    "pronoun": 0.87,
    "acts": 0.73,
    "plays": 1.31,
    "quote": 1.93,
    "with_others": 4.43,
    "biography": -1.8,
    "other_instruments": -0.61,
    "lost": -0.16,
}

_TITLE = re.compile(r"[\"“]([^\"“”]{1,60}?)[\"”]")
_COMPARISON = re.compile(
    r"\b(?:(?:strongly |heavily |deeply )?(?:influenced|inspired|impressed|mentored|taught) by|reminiscent of"
    r"|indebted to|homage to|"
    r"in the (?:style|manner|vein|mould|mold|tradition|footsteps) of|(?:compared|comparable|comparisons?|likened"
    r"|similar|akin|equal) (?:to|with)|"
    r"unlike|à la|a la|recalls?|recalling|evok(?:es|ing)|echo(?:es|ing)|imitat(?:es|ed|ing)|emulat(?:es|ed|ing)|"
    r"(?:has |have |had |also )?(?:cite[sd]?|citing|name[sd]?|naming|list(?:s|ed)?|admire[sd]?|idoli[sz]e[sd]?"
    r"|worship(?:s|ped)|loved|studied|"
    r"mention(?:s|ed)|(?-i:counts?|counted))(?= (?:(?-i:[A-Z])|[\"“]|the (?:drummer|playing|drumming|work)|drummers?"
    r"|as (?:an? |his |her )?(?:major |main |early )?influences?))|"
    r"(?:an? )?(?:fans?|admirers?|disciples?|devotees?|students?|pupils?) of|debt to|(?:his|her"
    r"|their) (?:\w+ )?influences?(?: (?:are|were|include|included))?|"
    r"grew up (?:listening to|on|with)|learned from|(?<!rather )than|as (?:hard|fast|loud|heavy|good|well) as"
    r"|like(?= (?:a |an |the )?(?:young )?(?-i:[A-Z])|(?: those| that) of))\b",
    re.IGNORECASE,
)
_A_MINUTE = re.compile(
    r"\b\d{2,3}\s?(?:bpm|beats (?:per|a) minute)\b|\bbpm\b|\bbeats (?:per|a) minute\b", re.IGNORECASE
)
_WISH = re.compile(
    r"\b(?:would(?:n[’']t| not)? have|might have|could have|should have|would like|would love)\b"
    r"|^(?:If|Had|Were|Should|Imagine|Suppose)\b(?=.*\b(?:would|could|might|will|may)\b)"
    r"|(?<!\bas )\b(?:if (?:he|she|they|the band|only|\w+) (?:ever |had |were |could ))",
)
# what ends a clause; a list of nouns is cut too, which does no harm to what is blanked
_CLAUSE_ENDS = re.compile(r"[,;:]| (?:but|until|till|before|after|when|while|whereas)\b")
# "On "Skua" ...": of a song of the artist's, its title blanked
_OF_A_TITLE = re.compile(r"^(?:(?:[Oo]n|[Ii]n|[Ff]or) )?\" +\"(?= )")
# "The piano keeps time": another instrument does it
_LED_BY_ANOTHER = re.compile(
    rf"^(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir) (?:[\w-]+ )?{OTHER_INSTRUMENTS.pattern} [a-z]+"
)
_DRUMMING = re.compile(r"\bdrumming\b", re.IGNORECASE)
_QUOTE = re.compile(r"[\"“][^\"“”]{12,}[\"”]|[\"“][^\"“”]{30,}$")
_SAYS = re.compile(
    r"\b(?:said|says|told|tells|wrote|recall(?:s|ed)|explain(?:s|ed)|called|describ(?:es|ed)|remember(?:s|ed)"
    r"|interview|according to|"
    r"advise[sd]?|declare[sd]?|replie[sd]|remark(?:s|ed)|admits|jok(?:es|ed)|insists?|laughs|added)\b|: (?=[\"“])",
    re.IGNORECASE,
)
_ROSTER = re.compile(
    r"^[^.]{0,80}? [–—-] (?:\w+[ ,&]*){0,3}(?:drums|vocals|guitars?|bass|percussion|keyboards)\b|\bPersonnel\b"
    r"|^Discography"
)
_ACTS = re.compile(rf",? (?:\w+ ){{0,3}}?(?:{PLAYING})\b")
# "Fenn's left foot keeps", but not "Fenn's drums were left"
_HIS_ACTS = re.compile(rf" (?:(?!was\b|were\b|is\b|are\b)[\w-]+ ){{1,4}}?(?:{PLAYING})\b")
_POSSESSIVE = re.compile(r"[’']s?$")
_HIS = re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]is|Her)\b")
_HE = re.compile(r"\b(?:[Hh]e|[Ss]he)\b")
_PRONOUN_ACTS = re.compile(rf"\b(?:he|she|they) (?:\w+ ){{0,2}}?(?:{PLAYING})\b", re.IGNORECASE)
_PLAY = re.compile(r"\b(?:play(?:s|ed|ing)?|hit(?:s|ting)?)\b", re.IGNORECASE)
# "plays with precision", but not "plays with the band"
_MANNER = (
    r"(?:precision|power|force|restraint|ferocity|intensity|abandon|economy|feel(?:ing)?|finesse|authority|confidence"
    r"|simplicity|subtlety|swing|energy|grace|patience|discipline|conviction|sensitivity|urgency|taste|control|fury"
    r"|delicacy|flair|accuracy)"
)
# what a drummer plays where no instrument is named: drums, unless it is a role, a venue or another's tour
_PLAYS = re.compile(
    r"(?:,? (?:who |\w+ly |often |never |always |still |also |simply |just |then |himself |herself )*)"
    rf"(?:plays|played|drums|drummed)\b(?! (?:at|in|for|with(?! (?:[\w-]+ ){{0,3}}?{_MANNER}\b)"
    r"|the (?:role|part)|a (?:\w+ )?(?:role|part|concert|show|gig)|host|football|"
    r"alongside|together|guitar|bass|keyboards?|piano|[A-Z]|on|under|live|to|several|two|three|shows|concerts|gigs))"
)
_THE_DRUMMER = re.compile(r"\b(?:[Tt]he|[Tt]heir|[Ii]ts) (?:band[’']s )?drummer\b")
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")
# a whole band may do that too: the drummer only where one is spoken of
_BACKED = re.compile(r"\b(?:session|sat in|backed|accompanied)\b", re.IGNORECASE)
_DRUMMED_WITH = re.compile(r"\b(?:drum(?:s|med|ming|mer)?|percussion(?:ist)?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence read for the artist. `own`: equally long, with blanks for what is not the artist's."""

    sentence: str
    own: str
    mentions: tuple[Mention, ...]
    focus: Focus  # of whom the text spoke before


def read(sentence: str, subject: Subject | None, focus: Focus = "own") -> Read:
    """Blank out what is not about the artist. `focus`: of whom the text spoke before."""
    speaks_of: Owner = "own" if focus == "someone" and not _THIRD_PERSON.search(sentence) else _OWNER[focus]
    if addresses_a_model(sentence):
        return Read(sentence, " " * len(sentence), (), focus)
    own = _without_titles(sentence)
    own = _blank(own, OTHER_SENSES.finditer(own))
    spoken_for = own
    own = _without_absences(own)
    if _WISH.search(own):
        own = ";".join(" " * len(part) if _WISH.search(part) else part for part in own.split(";"))
    own = _without_comparisons(own, subject)
    if NOT_MUSIC.search(sentence):
        own = _blank(own, _A_MINUTE.finditer(own))
    found = tuple(people.mentions(own, subject))
    for start, end, owner in people.owners(own, found, speaks_of):
        if owner == "other":
            own = own[:start] + " " * (end - start) + own[end:]
    if speaks_of == "own" and not found:
        found = tuple(m for m in people.mentions(spoken_for, subject) if m.owner == "own")
    return Read(sentence, own, found, focus)


def next_focus(item: Read) -> Focus:
    """Of whom a sentence after this one speaks."""
    owned = [mention.owner for mention in item.mentions if mention.owner is not None]
    if "own" in owned:
        return "own"
    if not owned:
        return item.focus
    return "other" if DRUMS.search(item.sentence) or ROLE.search(item.sentence) else "someone"


def features(item: Read, subject: Subject | None) -> dict[str, float]:
    """The counts that the score is made of."""
    own, sentence = item.own, item.sentence
    drummers_named = sum(
        mention.owner == "own"
        and subject is not None
        and subject.is_drummer(mention.text)
        and bool(own[mention.start : mention.end].strip())
        for mention in item.mentions
    )
    uncredited = _blank(own, CREDIT.finditer(own))
    machine = subject is not None and bool(subject.drummers) and bool(MACHINE.search(own))
    if machine and not drummers_named:
        uncredited = _blank(uncredited, MACHINE.finditer(uncredited))
    drums, technique, style = (_count(pattern.findall(uncredited)) for pattern in (DRUMS, TECHNIQUE, STYLE))
    lost = sum(len(p.findall(sentence)) - len(p.findall(own)) for p in (DRUMS, TECHNIQUE, STYLE, ROLE))
    named = any(mention.owner == "own" and own[mention.start : mention.end].strip() for mention in item.mentions)
    of_drummer = bool(drummers_named) or _is_drummer_meant(own, subject)
    acts = any(
        mention.owner == "own" and own[mention.start : mention.end].strip() and _acts(mention.text, own[mention.end :])
        for mention in item.mentions
    ) or bool(_PRONOUN_ACTS.search(own))
    plays = any(_PLAYS.match(own[place:]) for place in _drummer_ends(item, subject))
    plays = plays and not OTHER_INSTRUMENTS.search(own)
    quoted = bool(_QUOTE.search(sentence)) and (bool(_SAYS.search(sentence)) or bool(_FIRST_PERSON.search(sentence)))
    return {
        "bias": 1.0,
        "drums": drums,
        "technique": technique,
        "style": style,
        "drums_do": float(bool(DRUMS_DO.search(uncredited))),
        "hint": _count(HINT.findall(uncredited)),
        "credit": float(bool(CREDIT.search(own))),
        "role": float(bool(ROLE.search(own))),
        "force": _count(FORCE.findall(own), 2.0) if of_drummer else 0.0,
        "skill": _count(SKILL.findall(own), 2.0) if of_drummer else 0.0,
        "machine": float(machine),
        "gear": _count(GEAR.findall(_blank(own, NAMESAKES.finditer(own))), 2.0),
        "time": float(bool(TIME.search(own))),
        "led_by_another": float(bool(_LED_BY_ANOTHER.match(own))),
        "drumming": float(bool(_DRUMMING.search(uncredited))),
        "title": float(bool(_OF_A_TITLE.match(own))),
        "praise": _count(PRAISE.findall(own), 2.0),
        "drummer_named": min(2.0, float(drummers_named)),
        "named": float(named and not drummers_named),
        "pronoun": float(people.has_pronoun(own)),
        "acts": float(acts),
        "plays": float(plays),
        "quote": float(quoted),
        "with_others": float(_played_with(item, subject)),
        "biography": _count(BIOGRAPHY.findall(sentence)),
        "other_instruments": _count(OTHER_INSTRUMENTS.findall(sentence)),
        "lost": min(3.0, float(lost)),
    }


def score(item: Read, subject: Subject | None) -> float:
    """0-1: how sure it is that the sentence is about the artist's drumming."""
    counts = features(item, subject)
    if _ROSTER.search(item.sentence) or not _speaks_of_playing(item, counts):
        return 0.0
    return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in counts.items())))


def _speaks_of_playing(item: Read, counts: Mapping[str, float]) -> bool:
    """Whether there is a word of the instrument, of playing it, or of its player in a way that tells of playing."""
    if any(
        counts[name]
        for name in ("drums", "technique", "style", "hint", "force", "gear", "time", "with_others", "plays")
    ):
        return True
    of_player = counts["role"] or (counts["drummer_named"] and _PLAY.search(item.own))
    praised = counts["skill"] and counts["praise"] + counts["quote"] >= 2
    return bool((counts["role"] and counts["praise"]) or (counts["quote"] and of_player) or praised)


def kind_of(item: Read, subject: Subject | None) -> DrummingKind:
    """What the sentence is mostly about; a quotation is one whatever it is about."""
    counts = features(item, subject)
    if counts["quote"] and counts["quote"] >= counts["with_others"]:
        return "quote"
    if counts["with_others"]:
        return "collaborators"
    if (
        counts["gear"]
        and counts["gear"] >= counts["technique"] - (1 if counts["gear"] > 1 else 0)
        and not counts["time"]
    ):
        return "equipment"
    return "technique" if counts["technique"] > counts["style"] else "style"


def _acts(name: str, after: str) -> bool:
    """Whether one does something with the drums, as far as the verb tells."""
    return bool((_HIS_ACTS if _POSSESSIVE.search(name) else _ACTS).match(after))


def _drummer_ends(item: Read, subject: Subject | None) -> Iterator[int]:
    """Where each mention of the artist's drummer ends."""
    for mention in item.mentions:
        own = mention.owner == "own" and subject is not None and subject.is_drummer(mention.text)
        if own and not _POSSESSIVE.search(mention.text):
            yield mention.end
    for pattern in (_THE_DRUMMER, _HE):
        yield from (match.end() for match in pattern.finditer(item.own))


def _is_drummer_meant(own: str, subject: Subject | None) -> bool:
    """Whether "he", "she", "his" or "her" can only be the drummer: the artist is one."""
    return subject is not None and subject.is_a_drummer and bool(_HIS.search(own))


def _played_with(item: Read, subject: Subject | None) -> bool:
    """Whether it says with whom the artist's drummer played, as a drummer."""
    if item.focus != "own" and not any(m.owner == "own" for m in item.mentions):
        return False
    if not item.own.strip() or not people.collaborators(item.own, subject):
        return False
    named = any(m.owner == "own" and subject is not None and subject.is_drummer(m.text) for m in item.mentions)
    if _DRUMMED_WITH.search(item.own) or (_BACKED.search(item.own) and (named or _HIS.search(item.own))):
        return True
    solo = subject is None or subject.is_a_drummer
    return solo and (named or people.has_pronoun(item.own))


def _count(found: list[str], cap: float = 3.0) -> float:
    return min(cap, float(len(found)))


def _blank(text: str, matches: Iterator[re.Match[str]]) -> str:
    for match in matches:
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text


def _without_titles(sentence: str) -> str:
    """Blanks inside quotation marks that hold a title: longer words with capitals, no comma at the end."""

    def blank(match: re.Match[str]) -> str:
        content = match.group(1)
        long_words = [word for word in content.split() if len(word) > 3] or content.split()
        is_title = all(not word[0].islower() for word in long_words) and content[-1] not in ",.!?"
        return f'"{" " * len(content)}"' if is_title else match.group()

    return _TITLE.sub(blank, sentence)


def _without_absences(own: str) -> str:
    """Blanks each clause that says of the drums that there are none, or of the drummer that somebody else played."""
    for match in ABSENCE.finditer(own):
        start = max((end.end() for end in _CLAUSE_ENDS.finditer(own, 0, match.start())), default=0)
        following = _CLAUSE_ENDS.search(own, match.end())
        end = following.start() if following else len(own)
        own = own[:start] + " " * (end - start) + own[end:]
    return own


def _without_comparisons(own: str, subject: Subject | None) -> str:
    """Blanks from the comparing word to the end of its clause, or to where the artist is spoken of again."""
    for match in _COMPARISON.finditer(own):
        start, rest = match.end(), own[match.end() :]
        first = next(iter(people.names_of(rest)), None)
        if first and first.start() <= 1 and subject is not None and subject.is_own(first.group()):
            continue
        end = len(rest)
        for comma in re.finditer(r"[,;:]|\b(?:but|and his|and her|though|while|he|she)\b", rest):
            after = rest[comma.end() :].lstrip()
            listed = re.match(r"(?:and |or )?[\"“]?(?:the )?[A-Z]", after) and comma.group() == ","
            name = people.names_of(after)
            own_next = bool(name) and name[0].start() == 0 and subject is not None and subject.is_own(name[0].group())
            in_relative = comma.group() in ("he", "she") and not own[: match.start()].strip()
            if (not listed or own_next) and not in_relative:
                end = comma.start()
                break
        own = own[:start] + " " * end + own[start + end :]
    return own
