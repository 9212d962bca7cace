"""Whether a paper is about the artist: from its title, abstract and venue.

Two things must hold. *The name stands there as the artist's*: in its own capitals, and
- a name of several words, or of a script without capitals, wherever it stands;
- a name of one word ("Rush", "Tool", "The Who") where the sentence says that it is an artist ("the band Rush",
  "Tool's drummer", "the music of Yes", "bands such as Can"), or, weaker, capitalised inside a sentence, unless
  the same text also has the word in lower case: then it is an ordinary word there.
*The paper is about music*: terms of music and of drumming outweigh those of physics, medicine, engineering and
biology that homonyms bring along. Another name of the artist's circle in the same text (a drummer, a band, an
alias) strengthens the first.

Title Case gives a title's words capitals that say nothing, so a lone word in such a title is no evidence; except
where a whole page of search results never has the word in lower case ("Radiohead", "Meshuggah"): it is no word then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from mdg_pipeline.collect.base import ArtistQuery

# evidence of the name, 0-1
_SURE = 1.0
_CAPITALISED = 0.6
_IN_A_TITLE = 0.2
_COMPANION = 0.4
# what both need
_MIN_NAME = 0.5
_MIN_MUSIC = 0.5
_MIN_MUSIC_WEAK_NAME = 1.0
# so many results of a search show whether a word is an ordinary one
_ENOUGH_TEXTS = 10
# characters about a mention, and mentions in a sentence, that are looked at: hostile texts are long
_NEAR = 200
_MENTIONS = 20

_MUSIC = {
    0.5: (
        r"drummers?",
        r"drumming",
        r"drums",
        r"drum ?kits?",
        r"drum sets?",
        r"drum (?:beats?|patterns?|grooves?|machines?|breaks?|fills?|solos?|parts?|tracks?)",
        r"percussionists?",
        r"popular music",
        r"rock music",
        r"(?:progressive|hard|punk|indie|alternative|math) rock",
        r"hip[- ]?hop",
        r"(?:heavy|extreme|progressive|death) metal",
        r"djent",
        r"jazz",
        r"funk",
        r"afrobeat",
        r"neo[- ]soul",
        r"electronic dance music",
        r"albums?",
        r"songs?",
        r"songwriting",
        r"guitarists?",
        r"bassists?",
        r"rappers?",
        r"beatmak(?:er|ers|ing)",
        r"micro-?timing",
        r"grooves?",
        r"micro-?rhythms?",
        r"shuffles?",
        r"half[- ]time",
        r"hi[- ]?hats?",
        r"snares?",
        r"kick drums?",
        r"ghost notes?",
        r"breakbeats?",
        r"(?:amen|sampled|drum) breaks?",
        r"drum programming",
        r"reggae",
        r"musicians?",
        r"musicolog(?:y|ical)",
        r"musical",
        r"music",
        r"polyrhythms?",
        r"polyrhythmic",
        r"backbeats?",
        r"time signatures?",
        r"odd[- ]met(?:er|re)s?",
        r"syncopat(?:ed|ion)",
        r"discograph(?:y|ies)",
        r"rock bands?",
        r"riffs?",
    ),
    0.25: (
        r"rhythms?",
        r"rhythmic(?:al)?",
        r"tempo",
        r"tempi",
        r"beats?",
        r"met(?:re|er)s?",
        r"metrical",
        r"swing",
        r"drum",
        r"recordings?",
        r"listeners?",
        r"lyrics?",
        r"concerts?",
        r"bands?",
        r"melod(?:y|ic|ies)",
        r"harmon(?:y|ic)",
        r"timbre",
        r"fans?",
        r"sampling",
        r"rock",
        r"metal",
        r"bpm",
        r"tracks?",
        r"producers?",
    ),
}
_ALIEN = (
    r"circadian|cardiac|arrhythmi\w+|heart ?beats?|patients?|clinical|tumou?rs?|cancer|surg\w+|neurons?|proteins?",
    r"genes?|genom\w+|ovar\w+|larvae?|honey ?bees?|bees|colon(?:y|ies)|hives?|species|chimpanzees?|woodpeckers?",
    r"quantum|plasma|lasers?|galax\w+|redshifts?|telescopes?|spectrograph\w*|neutron\w*|particles?|collider|magnetic",
    r"brakes?|machining|milling|cutting|steel|welding|vehicles?|traffic|pedestrians?|turbines?|inrush|voltage",
    r"catalys\w+|polymers?|batter(?:y|ies)|alloys?|coal|petroleum|soils?|rainfall|sediment\w*|seismic|minerals?",
    r"software (?:tool|engineering)|programmers?|compilers?|refactoring|web services?",
    r"bibl(?:e|ical)|testament|exegesis|theolog\w+|monarch\w*|chess",
    r"gold rush|rush hour|tool (?:wear|use|life)|queen(?:less| bees?)|police officers?",
)
_MUSICAL_FIELDS = {"art", "music", "cs.sd", "eess.as"}
_ALIEN_FIELDS = (
    "physics",
    "medicine",
    "biology",
    "chemistry",
    "materials science",
    "geology",
    "environmental science",
    "agricultural and food sciences",
    "astro-ph",
    "hep-",
    "cond-mat",
    "quant-ph",
    "gr-qc",
    "nucl-",
    "q-bio",
    "math",
)

_ACT = (
    r"(?:bands?|groups?|trio|quartet|duo|outfit|ensemble|acts?|artists?|musicians?|drummers?|percussionists?|rappers?"
    r"|producers?|beatmakers?|singers?|rockers|pioneers|composers?|legends?)"
)
_WORKS = (
    r"(?:music|songs?|albums?|drumming|drums|recordings?|oeuvre|repertoire|tracks?|playing|grooves?|rhythm(?:s|ic)?"
    r"|beats?|performances?|catalogue?|discography|sound|style|riffs?|met(?:er|re)s?|metric|drum parts|compositions?"
    r"|lyrics|fans)"
)
_ROLES = r"(?:drummer|percussionist|guitarist|bassist|singer|frontman|vocalist|keyboardist)"
_QUOTE = r"[\"“”'‘’«»]"
# how a sentence says that NAME is an artist: words right before it, right after it
_ACT_BEFORE = re.compile(
    rf"(?:\b{_ACT}(?: called| named| known as)?,? [\"“'‘]?"
    rf"|\b{_ROLES} (?:of|for|in|with) (?:the )?(?:[\w-]+ ){{0,2}}?"
    rf"|\b{_ACT}\b[^.;:]{{0,60}}?(?:such as|like|including|e\.g\.,?|among them) "
    r"(?:[^.;:]{0,80}?(?:, |and |or |to ))?"
    r")$",
    re.IGNORECASE,
)
_ACT_AFTER = re.compile(rf",? \(?(?:the|a|an|one of the) (?:[\w’'-]+ ){{0,6}}?{_ACT}\b", re.IGNORECASE)
_WORK_BEFORE = re.compile(rf"(?:\b{_WORKS} (?:of|by|from) (?:the )?(?:[\w-]+ ){{0,3}}?|{_QUOTE} by )$", re.IGNORECASE)
_WORK_AFTER = re.compile(
    rf"['’]s? (?:[\w-]+ ){{0,4}}?(?:{_WORKS}\b|{_ROLES}\b|[\"“'‘«])",
    re.IGNORECASE,
)
_INSIDE_AFTER = re.compile(rf" (?:{_ROLES}|album|song|track|concert)s?\b", re.IGNORECASE)
_DETERMINER = re.compile(r"\b(?:the|a|an|his|her|our|their|its) $", re.IGNORECASE)
_INSTITUTION = re.compile(r"(?:['’]s?)? (?:University|College|Conservatory|Hall|Hospital)\b")
# bands are named after them, and their music is mostly that of the place
_PLACES = frozenset(
    "africa alabama america asia berlin boston chicago england europe india japan kansas london texas".split()  # noqa: SIM905
)
_MUSIC_PATTERNS = [(weight, re.compile(rf"\b{term}\b")) for weight, terms in _MUSIC.items() for term in terms]
_ALIEN_PATTERNS = [re.compile(rf"\b(?:{terms})\b") for terms in _ALIEN]
_SMALL_WORDS = frozenset("a an and as at but by for from in of on or the to vs via with its s de la le".split())  # noqa: SIM905
# in capitals for the sentence's sake
_OPENING_WORDS = _SMALL_WORDS | frozenset(
    ("both", "like", "unlike", "when", "while", "although", "where", "how", "since")
)


@dataclass(frozen=True, slots=True)
class Relevance:
    """`score` is 0-1: how sure the name is, by how musical the text is. `because` is for a person."""

    relevant: bool
    score: float
    because: str


def is_relevant(
    query: ArtistQuery,
    title: str,
    abstract: str = "",
    venue: str = "",
    fields: Collection[str] = (),
    *,
    distinctive: Collection[str] = (),
) -> Relevance:
    """Whether a paper is about the artist, by the rule in the module's text.

    `fields` are the subjects that the source files it under: fields of study, arXiv categories. `distinctive` are
    names of one word that are no ordinary words (`distinctive_names`).
    """
    title, abstract, venue = _folded(title), _folded(abstract), _folded(venue)
    if title.isupper():
        title = title.title()
    name, named = _name_evidence(query, title, abstract, distinctive)
    music = _music(title, abstract, venue, fields)
    if name < _MIN_NAME:
        return Relevance(False, round(max(0.0, name * music), 3), "it does not name the artist as an artist")
    if music < (_MIN_MUSIC if name >= _SURE else _MIN_MUSIC_WEAK_NAME):
        return Relevance(False, round(max(0.0, name * music), 3), f"it names {named}, but is hardly about music")
    return Relevance(True, round(min(1.0, name) * min(1.0, music), 3), f"it names {named}, and is about music")


def distinctive_names(query: ArtistQuery, texts: Sequence[str]) -> frozenset[str]:
    """The names of one word that none of many texts has in lower case: no ordinary words, in that company."""
    if len(texts) < _ENOUGH_TEXTS:
        return frozenset()
    words = {word for text in texts for word in re.findall(r"\w+", _folded(text))}
    names = (query.name, *query.aliases, *query.drummers)
    return frozenset(
        name
        for name in names
        if len(parts := _words(name)) == 1 and len(parts[0]) > 3 and parts[0].lower() not in words
    )


def _name_evidence(query: ArtistQuery, title: str, abstract: str, distinctive: Collection[str]) -> tuple[float, str]:
    """The best evidence of any name, strengthened by the others; and the name."""
    names = dict.fromkeys((query.name, *query.aliases, *query.drummers))
    found = {
        name: value
        for name in names
        if (value := _evidence_of(name, title, abstract, sure=name in distinctive or _is_sure_by_itself(name))) > 0
    }
    if not found:
        return 0.0, ""
    best = max(found, key=lambda name: found[name])
    bands = (band for band in query.bands if _is_sure_by_itself(band))
    accompanied = len(found) > 1 or any(_pattern(band).search(f"{title}\n{abstract}") for band in bands)
    return found[best] + (_COMPANION if accompanied else 0.0), best


def _evidence_of(name: str, title: str, abstract: str, *, sure: bool) -> float:
    pattern = _pattern(name)
    if sure:
        return _SURE if pattern.search(title) or pattern.search(abstract) else 0.0
    core = _words(name)[-1] if _words(name) else ""
    ordinary = core != core.lower() and re.search(rf"\b{re.escape(core.lower())}\b", f"{title} {abstract}") is not None
    title_case = _is_title_case(title)
    return max(
        (
            _of_mention(name, sentence, match, in_title_case=text is title and title_case, ordinary=ordinary)
            for text in (title, abstract)
            for sentence in _sentences(text)
            for match in islice(pattern.finditer(sentence), _MENTIONS)
        ),
        default=0.0,
    )


def _of_mention(name: str, sentence: str, match: re.Match[str], *, in_title_case: bool, ordinary: bool) -> float:
    before = sentence[max(0, match.start() - _NEAR) : match.start()]
    after = sentence[match.end() : match.end() + _NEAR]
    is_place = name.lower() in _PLACES
    if _INSTITUTION.match(after) or (not in_title_case and _is_part_of_a_longer_name(before, after)):
        return _IN_A_TITLE
    # "the Police", where the name has no article: the police
    articled = _DETERMINER.search(before) is not None
    if _ACT_AFTER.match(after) or (not articled and _ACT_BEFORE.search(before)):
        return _SURE
    if not is_place and not articled and (_WORK_BEFORE.search(before) or _WORK_AFTER.match(after)):
        return _SURE
    opens = not re.search(r"\w", before) or before.rstrip().endswith((":", "?", "!", "—"))
    owns = re.match(r"['’]s?\s", after) is not None  # "Björk's Homogenic": no ordinary word at a sentence's start
    if in_title_case or (opens and not owns):
        return _IN_A_TITLE
    if _INSIDE_AFTER.match(after):
        return _SURE
    return _IN_A_TITLE if ordinary or is_place or articled else _CAPITALISED


def _is_part_of_a_longer_name(before: str, after: str) -> bool:
    """ "Benjamin Rush", "Prince Edward Island": another word in capitals right beside it."""
    left = re.search(r"\b([A-Z][a-z]+) $", before)
    return (left is not None and left[1].lower() not in _OPENING_WORDS) or re.match(r" [A-Z][a-z]+", after) is not None


def _music(title: str, abstract: str, venue: str, fields: Collection[str]) -> float:
    """Terms of music less those of other sciences; from 0.5 on the text is about music."""
    text = f"{title}\n{abstract}\n{venue}".lower()
    musical = sum(weight for weight, pattern in _MUSIC_PATTERNS if pattern.search(text))
    alien = sum(0.5 for pattern in _ALIEN_PATTERNS if pattern.search(text))
    lower = [field.lower() for field in fields]
    musical += 0.25 * any(field in _MUSICAL_FIELDS for field in lower)
    alien += 0.5 * any(field.startswith(_ALIEN_FIELDS) for field in lower)
    return min(musical, 2.0) - alien


def _is_sure_by_itself(name: str) -> bool:
    """Whether the name can hardly be anything else: two real words or more, or a script without capitals."""
    folded = _folded(name)
    if folded and not any(char.isupper() or char.islower() for char in folded):
        return len(folded) >= 2 and not folded.isdigit()
    return sum(word.lower() not in _SMALL_WORDS for word in _words(name)) >= 2


def _words(name: str) -> list[str]:
    """The words of a name, without a leading "The" where others follow."""
    words = re.findall(r"\w+", _folded(name).replace("&", " and "))
    return words[1:] if len(words) > 1 and words[0].lower() == "the" and words[1].lower() != "the" else words


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str]:
    """The name in its own capitals; a name typed in lower case also with initial capitals.

    Between words stand up to three other signs: "J. Dilla", "AC/DC", "Crosby, Stills & Nash".
    """
    folded = _folded(name)
    words = _words(name)
    if not words:
        return re.compile(r"(?!)")
    if folded == folded.lower():
        shown = [
            f"[{word[0]}{word[0].upper()}]{re.escape(word[1:])}" if word[0].isalpha() else re.escape(word)
            for word in words
        ]
    else:
        shown = [re.escape(word) for word in words]
    shown = ["(?:and|And|&)" if word.lower() == "and" else each for word, each in zip(words, shown, strict=True)]
    gap = r"[\W_]{0,3}" if all(len(word) == 1 for word in words) else r"[\W_]{1,3}"
    body = gap.join(shown)
    if re.match(r"(?i)the\W", folded) and len(words) == 1:
        body = rf"(?:[Tt]he {body}|{body}(?=['’]s?\b))"
    edges = ("", "") if not folded.isascii() and not any(char.islower() for char in folded) else (r"(?<!\w)", r"(?!\w)")
    return re.compile(edges[0] + body + edges[1])


def _folded(text: str) -> str:
    """Without diacritics, in one kind of space; capitals stay."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join(
        unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c))).split()
    )


def _is_title_case(title: str) -> bool:
    """Whether the title's words have capitals as titles do, or all of it has."""
    words = [word for word in re.findall(r"[^\W\d_]+", title)[1:] if word.lower() not in _SMALL_WORDS]
    return bool(words) and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _sentences(text: str) -> Iterator[str]:
    yield from re.split(r"(?<=[.!?])\s+(?=[A-Z\"“(])", text)
