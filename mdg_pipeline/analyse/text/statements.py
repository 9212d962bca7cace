"""What a sentence states of time and technique: tempo, swing, feel, metre, terms, styles, collaborators.

A statement that the sentence denies, wishes or ascribes to somebody else is none; the caller blanks out what is
not the artist's (see `relevance.own_part`), this module sees to negation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mdg_pipeline.analyse.styles import styles_in
from mdg_pipeline.analyse.text.people import Subject, collaborators
from mdg_pipeline.analyse.text.vocabulary import DRUMS, NOT_MUSIC, OTHER_INSTRUMENTS, ROLE, TECHNIQUE

StatementKind = Literal["tempo", "swing", "feel", "metre", "term", "style", "collaborator"]


@dataclass(frozen=True, slots=True)
class Statement:
    """`value`: beats a minute of a tempo; of swing, how long the first note of a pair is, in percent (50 straight).

    `name` is the term, the style, the metre ("7/8"), the pair that swings ("eighths", "sixteenths"), the feel
    ("behind the beat", "ahead of the beat", "on the beat"), the collaborator.
    """

    kind: StatementKind
    name: str
    value: float | None = None


_MIN_TEMPO, _MAX_TEMPO = 30.0, 400.0

# term -> how it is written; whole words, any case
TERMS: dict[str, str] = {
    "ghost notes": r"ghost(?:ed)?[- ](?:notes?|strokes?)|ghosting|ghosted (?:snares?|hits?)",
    "half-time shuffle": r"half[- ]time shuffles?|purdie shuffle",
    "shuffle": r"shuffl(?:e|es|ed|ing)",
    "swung sixteenths": r"swung (?:sixteenths?|16ths?)(?: notes?)?|(?:sixteenth|16th)[- ]note swing",
    "swung eighths": r"swung (?:eighths?|8ths?)(?: notes?)?|(?:eighth|8th)[- ]note swing",
    "straight": r"straight[- ](?:eighths?|sixteenths?|8ths?|16ths?|time|feel)",
    "behind the beat": r"(?:behind|back on|back in) the (?:beat|pulse)|laid[- ]back"
    r"|dragg(?:ed|ing)(?= (?:behind|snare|hats?|hi-hats?|the beat|beat|feel|groove))",
    "ahead of the beat": r"(?:ahead of|on top of) the beat|push(?:es|ed|ing) the (?:beat|tempo|time)",
    "off the grid": r"un-?quanti[sz]ed|off the grid|(?:not quanti[sz](?:ed|ing)|without quanti[sz](?:ing|ation))"
    r"|quanti[sz]\w+ (?:\w+ ){0,2}(?:turned |switched )?off",
    "half-time": r"half[- ]time",
    "double-time": r"double[- ]time",
    "backbeat": r"back ?beats?",
    "syncopation": r"syncopat(?:ed|ion|ions|es|ing)",
    "polyrhythm": r"polyrhythm(?:s|ic|ically)?|cross[- ]rhythms?"
    r"|(?:three|four|five)[- ](?:over|against)[- ](?:two|three|four)",
    "triplets": r"triplets?",
    "linear": r"linear (?:patterns?|drumming|grooves?|fills?|beats?|phrasing)",
    "double bass drum": r"(?:double|twin|two)[- ](?:\d\d[- ]inch )?(?:bass|kick) drums?"
    r"|double[- ]kicks?(?: drumming| pedals?)?"
    r"|double[- ]bass (?:drumming|pedals?|work|patterns?|runs?|fills?|players?|figures?)",
    "cross-stick": r"cross[- ]?sticks?|side[- ]?sticks?|rim ?clicks?",
    "rimshots": r"rim[- ]?shots?",
    "open hi-hat": r"open(?:s|ed|ing)?(?: the| his| her)? hi[- ]?hats?",
    "ride cymbal": r"ride (?:cymbals?|pattern|beat)",
    "brushes": r"brushes|brush ?work|brush work|brushed (?:snares?|drums?|drumming)",
    "mallets": r"mallets",
    "blast beats": r"(?:blast[- ]?beats?|gravity blasts?)",
    "press rolls": r"(?:press|buzz) rolls?",
    "flams": r"flams?",
    "paradiddles": r"paradiddles?",
    "limb independence": r"(?:limb|four[- ]way|four[- ]limb) independence",
    "open-handed": r"open[- ]handed",
    "traditional grip": r"traditional grip",
    "matched grip": r"matched grip",
    "four-on-the-floor": r"four[- ](?:on|to)[- ]the[- ]floor",
    "one drop": r"one[- ]drop",
    "train beat": r"train beat",
    "motorik": r"motorik",
    "second line": r"second[- ]line",
    "tom patterns": r"tom(?:-tom)? (?:patterns?|grooves?|ostinatos?|rolls?)",
    "drum machine": r"drum machines?|mpc(?: ?\d+)?|sp-?1200|tr-?[89]0[89]"
    r"|samplers?(?= (?:pads|and|by|,|\.))|drum programming",
}
_TERM_PATTERNS = {name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) for name, pattern in TERMS.items()}
# the specific term says it already
_IMPLIED = {"half-time shuffle": {"half-time", "shuffle"}}

_NEGATION = re.compile(
    r"(?:\b(?:no|not|never|neither|nor|without|rarely|seldom|hardly|scarcely|avoid(?:s|ed|ing)?|eschew(?:s|ed|ing)?"
    r"|shun(?:s|ned)?|"
    r"lack(?:s|ed|ing)?|refus(?:es?|ed|ing)|abandon(?:s|ed|ing)?|dislike[sd]?|hate[sd]?|rather than|instead of"
    r"|unlike|in place of|"
    r"in favou?r of no|as opposed to|anything but|far from|devoid of|free of|absence of|gave up|gives up|stopped"
    r"|dropped|"
    r"dispens(?:es|ed|ing) with|tired of|opposed to|away from|less of an?|more than an?|neither)\b|n[’']t\b)"
    r"[^,.;:!?]{0,45}$",
    re.IGNORECASE,
)
_NO_NEGATION = re.compile(
    r"\b(?:not (?:only|just|merely|simply|to mention|unlike)|never (?:without|lost|loses|losing|strays? from|leaves"
    r"|abandon\w*|lets? up)|"
    r"no (?:doubt|wonder|stranger to|less)|not without|nothing but|without (?:losing|leaving|ever leaving"
    r"|abandoning)|never stopped)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:but|yet|although|though|while|until|except|and instead|preferring|favou?ring|he|she|they)\b", re.IGNORECASE
)
_DENIED_AFTER = re.compile(
    r"^(?:\w+ )?(?: (?:\w+ )?(?:is|are|was|were|being) (?:(?:entirely|completely|wholly|notably|conspicuously) )?"
    r"(?:absent|missing|nowhere|avoided|gone|not (?:used|his|her|their|for))| (?:do|does|did)(?:n[’']t"
    r"| not) (?:appear|feature|interest))",
    re.IGNORECASE,
)

_NUMBER = r"(?<![\d.,/$£€:])(\d{2,3}(?:\.\d+)?)(?![\d/]|,\d)"
_UNIT = (
    r"(?:[- ]?bpm\b|[- ]b\.p\.m\.?|[- ]beats (?:per|a) minute"
    r"|[- ](?:quarter|crotchet)(?:[- ]notes?|s)? (?:per|a) minute)"
)
_TEMPO = re.compile(
    rf"(?:{_NUMBER}(?:{_UNIT})?\s*(?:-|–|—|to|and|or|through|up to|,)\s*(?:about |around |roughly |the )?)?"
    rf"(?:{_NUMBER}(?:{_UNIT})?,?\s*(?:and|or)\s*)?{_NUMBER}{_UNIT}",
    re.IGNORECASE,
)
_TEMPO_WORDS = re.compile(
    rf"(?:tempo|metronome(?: mark(?:ing)?)?)(?: marking)?(?: (?:is|was|of|at|around|about|roughly|approximately"
    rf"|set to|set at|a|an|"
    rf"moderate|fast|slow|brisk|steady|marked)|:|,|\s)*[♩♪]?\s*=?\s*{_NUMBER}(?!\s?(?:%|percent|years|minutes"
    rf"|seconds|bars|songs))"
    rf"|[♩♪𝅘𝅥]\.?\s*=\s*(?:c\.\s*)?{_NUMBER}|(?:quarter|eighth|half|crotchet|minim)(?:[- ]note)?\s*=\s*{_NUMBER}",
    re.IGNORECASE,
)
_TEMPO_CHANGE = re.compile(r"\b(?:by|another|extra|plus|minus) (?:about |around |some )?$", re.IGNORECASE)
_COMPARED = re.compile(r"^\s*(?:faster|slower|quicker|higher|lower|more|less)\b", re.IGNORECASE)

_METRE = re.compile(r"(?<![\d/.])((?:[2-9]|1[0-9]|2[01])/(?:2|4|8|16))(?![\d/])(?=(?P<after>.{0,30}))")
_METRE_AFTER = re.compile(
    r"^[- ]?(?:time|met(?:re|er)s?|signatures?|groove|beat|bars?|feel|pulse|shuffle|rhythm|pattern|waltz|section"
    r"|verse|chorus|"
    r"riff|swing|blues|ballad|march|shuffle|and|or|to|over|against|song|,|\.|;|\)|$|with|at|but|for|in|throughout"
    r"|without|while|then|before|ostinato)",
    re.IGNORECASE,
)
_NO_METRE_AFTER = re.compile(
    r"^[- ]?(?:of (?:the|its|his|her|a)|inch|\"|″|stars?|review|rating|length|full|empty|cups?|miles?|in\b\.|lb"
    r"|notes?)",
    re.IGNORECASE,
)
_METRE_BEFORE = re.compile(
    r"\b(?:in|into|from|to|and|between|a|an|of|or|time|over|against|with|signature|metre|meter|bars?|like|slow|fast"
    r"|lilting|swaying|"
    r"jazzy|odd|slow|shifting|alternating|mixes|the|through|combines|via|,|\()[ (]?$",
    re.IGNORECASE,
)
_METRE_WORDS = {
    "3/4": r"waltz(?: time| feel)?(?:es)?|three[- ]four(?: time)?",
    "4/4": r"common time",
    "2/2": r"cut time|alla breve",
    "6/8": r"six[- ]eight(?: time| feel| groove)?",
    "5/4": r"five[- ]four time",
    "7/8": r"seven[- ]eight(?: time)?",
    "7/4": r"seven[- ]four time",
    "12/8": r"twelve[- ]eight(?: time| feel)?",
}
_METRE_WORD_PATTERNS = {metre: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for metre, words in _METRE_WORDS.items()}

# words -> percent; between a pair's even 50 and a triplet's 66.7
_LIGHT, _PLAIN, _TRIPLET = 55.0, 60.0, 66.7
_LIGHTLY = re.compile(
    r"\b(?:light(?:ly)?|slight(?:ly)?|subtl[ey]|gentl[ey]|faint(?:ly)?|a (?:touch|hint) of)\b[^,.;]{0,20}$",
    re.IGNORECASE,
)
_HEAVILY = re.compile(r"\b(?:heav(?:y|ily)|hard|strong(?:ly)?|deep(?:ly)?|triplet)[- ]?[^,.;]{0,12}$", re.IGNORECASE)
_SWING_PERCENT = re.compile(
    r"(?:swing|swung)[^.;%]{0,30}?(?<!\d)(5\d|6\d|7[0-5])(?:\.\d+)?\s?(?:%|per ?cent)"
    r"|(?<!\d)(5\d|6\d|7[0-5])(?:\.\d+)?\s?(?:%|per ?cent)[ -](?:of )?(?:16th |sixteenth |eighth "
    r"|8th )?(?:note )?swing",
    re.IGNORECASE,
)
_SIXTEENTHS = re.compile(r"\b(?:sixteenths?|16ths?|semiquavers?)\b", re.IGNORECASE)
_STRAIGHT = re.compile(
    r"\bstraight[- ](?P<pair>eighths?|8ths?|sixteenths?|16ths?|quavers|semiquavers|time|feel|groove|rock beat)\b",
    re.IGNORECASE,
)
_SWUNG = re.compile(
    r"\bswung(?: (?P<pair>eighths?|8ths?|sixteenths?|16ths?|quavers|semiquavers))?(?: notes?)?\b"
    r"|\b(?P<pair2>sixteenth|16th|eighth|8th)[- ]note swing\b|\bswing feel\b|\bswung feel\b",
    re.IGNORECASE,
)
_SHUFFLE = re.compile(r"\bshuffl(?:e|es|ed|ing)\b|\btriplet feel\b", re.IGNORECASE)

_JAZZ = re.compile(r"\b(?:jazz\w*|be ?bop|big bands?|swing (?:era|bands?|music|drumm\w+))\b", re.IGNORECASE)

# styles whose names are words of every day: only beside a word of music
_EVERYDAY = frozenset({"house", "dance", "march", "trap", "country", "indie", "pop", "soul"})
_OF_MUSIC = re.compile(
    r"[- ](?:\w+ )?(?:music|beats?|grooves?|feel|rhythms?|drum\w*|styles?|bands?|artists?|producers?|records?|scene"
    r"|tunes?|songs?|"
    r"patterns?|singers?|musicians?|rock|influence\w*|inflected|jazz|funk|time)\b|,? (?:and|or) (?:[\w-]+) (?:music"
    r"|bands?|styles?|beats?)",
    re.IGNORECASE,
)
_PROPER = frozenset({"afrobeat", "afrocuban", "latin", "motown", "new orleans", "middle eastern", "samba"})

_FEEL: dict[str, str] = {
    "behind the beat": r"(?:well |far |so far |just |slightly |a hair |way )?behind the (?:beat|pulse)|laid[- ]back"
    r"|(?:lies|lie|lay|lays|leans?|sits?|falls?|plays?|hangs?|far) (?:far |well |way )?back (?:on|in|of"
    r"|behind)? ?(?:the )?(?:beat|pulse)"
    r"|drag(?:s|ged|ging)?(?: (?:behind|the (?:beat|tempo|time)|slightly|a little))|(?:always |just "
    r"|slightly )?a (?:hair|shade|touch|bit|little) late"
    r"|late (?:snare|backbeat|hats?|hi-hats?|kicks?)",
    "ahead of the beat": r"(?:just |slightly |a hair )?(?:ahead of|in front of|on top of) the (?:beat|pulse)"
    r"|push(?:es|ed|ing)? the (?:beat|tempo|time|pulse|choruse?s?|band)|rush(?:es|ed|ing)? the (?:beat|tempo|time)"
    r"|(?:always |just |slightly )?a (?:hair|shade|touch|bit|little) early|early (?:snare|backbeat)|snare (?:is "
    r"|slightly |a little )*early",
    "on the beat": r"(?:dead|right|squarely|bang|exactly) on the (?:beat|grid|click)"
    r"|metronomic(?:ally)?|dead[- ]cent(?:re|er)",
}
_FEEL_PATTERNS = {name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) for name, pattern in _FEEL.items()}


def statements(own: str, sentence: str, subject: Subject | None = None) -> list[Statement]:
    """What the sentence states. `own` is the sentence with blanks for what is not the artist's; both equally long."""
    terms = [
        term
        for term, pattern in _TERM_PATTERNS.items()
        if any(_holds(own, match) for match in pattern.finditer(own))
        and (term not in ("brushes", "triplets", "mallets") or _of_drums(own))
    ]
    implied = set().union(*(_IMPLIED.get(term, set()) for term in terms))
    return [
        *_tempos(own),
        *_swings(own),
        *_feels(own),
        *_metres(own),
        *(Statement("term", term) for term in terms if term not in implied),
        *(Statement("style", style) for style in _styles(own)),
        *(Statement("collaborator", name) for name in collaborators(sentence, subject)),
    ]


def _tempos(own: str) -> Iterator[Statement]:
    if NOT_MUSIC.search(own):
        return
    taken = 0
    for pattern in (_TEMPO, _TEMPO_WORDS):
        for match in pattern.finditer(own):
            if match.start() < taken and pattern is _TEMPO_WORDS:
                continue
            if not _holds(own, match) or _COMPARED.match(own[match.end() :]):
                continue
            taken = max(taken, match.end())
            for group, number in enumerate(match.groups(), 1):
                if (
                    number
                    and _MIN_TEMPO <= float(number) <= _MAX_TEMPO
                    and not _TEMPO_CHANGE.search(own[: match.start(group)])
                ):
                    yield Statement("tempo", "tempo", float(number))


def _swings(own: str) -> Iterator[Statement]:
    percent = _SWING_PERCENT.search(own)
    if percent:
        pair = "sixteenths" if _SIXTEENTHS.search(own) else "eighths"
        yield Statement("swing", pair, float(percent.group(1) or percent.group(2)))
        return
    said: dict[str, float] = {}
    for match in _STRAIGHT.finditer(own):
        if _holds(own, match):
            said.setdefault(_pair(match["pair"]), 50.0)
    for match in _SWUNG.finditer(own):
        if _holds(own, match):
            before = own[: match.start()]
            value = _LIGHT if _LIGHTLY.search(before) else _TRIPLET if _HEAVILY.search(before) else _PLAIN
            said.setdefault(_pair(match["pair"] or match["pair2"] or ""), value)
    for match in _SHUFFLE.finditer(own):
        if _holds(own, match):
            said.setdefault("eighths", _TRIPLET)
    for pair, value in said.items():
        yield Statement("swing", pair, value)


def _pair(words: str) -> str:
    return "sixteenths" if words.lower().startswith(("16", "six", "semi")) else "eighths"


def _feels(own: str) -> Iterator[Statement]:
    for feel, pattern in _FEEL_PATTERNS.items():
        if any(_holds(own, match) for match in pattern.finditer(own)):
            yield Statement("feel", feel)


def _metres(own: str) -> Iterator[Statement]:
    said: list[str] = []
    for match in _METRE.finditer(own):
        after = match["after"]
        if _NO_METRE_AFTER.match(after) or not _holds(own, match):
            continue
        if (_METRE_BEFORE.search(own[: match.start()]) and _METRE_AFTER.match(after)) or re.match(
            r"[- ](?:time|metre|meter)", after
        ):
            said.append(match.group(1))
    for metre, pattern in _METRE_WORD_PATTERNS.items():
        if any(_holds(own, match) for match in pattern.finditer(own)):
            said.append(metre)
    for metre in dict.fromkeys(said):
        yield Statement("metre", metre)


def _styles(own: str) -> list[str]:
    return [style for style in styles_in(own) if _style_holds(own, style)]


def _style_holds(own: str, style: str) -> bool:
    """Kept unless every place that names it is denied, or is a word of a name; other spellings are taken on trust."""
    if style == "jazz":  # "swing" is a way of playing too
        return bool(_JAZZ.search(own))
    places = list(re.finditer(rf"(?<!\w){re.escape(style)}(?!\w)", own, re.IGNORECASE))
    if style in _EVERYDAY:
        places = [match for match in places if _OF_MUSIC.match(own[match.end() :])]
        return any(_holds(own, match) for match in places)
    in_names = [match for match in places if match.start() > 0 and match.group().istitle() and style not in _PROPER]
    return not places or any(_holds(own, match) for match in places if match not in in_names)


def _of_drums(own: str) -> bool:
    return bool(DRUMS.search(own) or ROLE.search(own) or TECHNIQUE.search(own)) and not re.search(
        r"\b(?:piano|guitar|string|horn|vocal|organ|violin)[\w’']* (?:\w+ ){0,2}triplets\b", own, re.IGNORECASE
    )


def _holds(own: str, match: re.Match[str]) -> bool:
    """Whether what was matched is affirmed and is not another instrument's."""
    before = own[: match.start()]
    negation = _NEGATION.search(before)
    if (
        negation
        and not _NO_NEGATION.search(before[max(0, negation.start() - 4) :])
        and not _CONTRAST.search(negation.group())
    ):
        return False
    instrument = list(OTHER_INSTRUMENTS.finditer(before))
    if (
        instrument
        and re.fullmatch(r"(?:[’']s?)? (?:\w+ )?", before[instrument[-1].end() :])
        and instrument[-1].group().lower() != "bass"
    ):
        return bool(re.search(r"(?:bpm|minute|time|feel|\d/\d)", match.group(), re.IGNORECASE))
    return not _DENIED_AFTER.match(own[match.end() :])
