"""Whether a sentence says what the facts behind it say, and nothing else.

A sentence is made of words that say nothing by themselves (`PLAIN`), words for what the facts speak of, which it may
use as it likes where a cited fact has them (`_THINGS`), and the words that count: all others, and every number with
its unit. Those must be the cited facts' own: each one, in the order of the facts, and no more. So a sentence cannot add
a number, a name, a style or a judgement, turn "few" into "many", swap two numbers or leave half a fact out, whatever
it says; what it can do is to join facts and to lead from one to the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MAX_SENTENCE = 400  # characters

PLAIN = frozenset(
    """
    a an the this that these those it its they their them one ones here there which
    in at on of to from between through around about near with across over within among for as by into onto out up
    and or while where when whereas then also too both each all together besides alongside along again so
    is are was be being has have having do does
    play plays playing sit sits sitting lie lies run runs running range ranges ranging move moves moving stay stays
    keep keeps hold holds fall falls falling come comes go goes make makes use uses take takes feel feels mention
    mentions mentioned stand stands appear appears mark marks settle settles land lands add adds show shows
    cover covers gather gathers turn turns centre centres describe describes described find found give gives given
    well style styles groove grooves part parts piece pieces music material kit approach
    """.split()  # noqa: SIM905 - a list of words is read best as one
)
_TOKEN = re.compile(r"\d+(?:[./]\d+)*(?:\s?(?:%|percent|per cent|bpm)(?![a-z]))?|[^\W\d_]+(?:['&-][^\W\d_]+)*|%")
_ALLOWED = re.compile(r"[A-Za-z0-9 .,;:()%/'&-]+")
_DASHES = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "\u00a0": " ", "\u202f": " "})
_BETWEEN = re.compile(r"[,;:.()-]|\b(?:and|while|with|where|whereas|then|as)\b")


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    start: int
    end: int


def fault(sentence: str, cited: Sequence[str]) -> str | None:
    """Why the sentence cannot stand for the cited facts, in words for its author; None when it can."""
    text = plain(sentence)
    if not text or len(text) > MAX_SENTENCE:
        return f"a sentence has 1 to {MAX_SENTENCE} characters"
    if not _ALLOWED.fullmatch(text) or not re.match(r"[A-Z0-9]", text) or not text.endswith("."):
        return "a sentence begins with a capital, ends with a full stop and has no other signs than , ; : ( ) % / ' & -"
    theirs = {word.key for fact in cited for word in _words(plain(fact))}
    said = _words(text)
    for word in said:
        if word.key not in theirs and not _is_plain(text[word.start : word.end]):
            return f'"{text[word.start : word.end]}" is in none of the facts that it cites'
    names = {text for fact in cited for text in re.findall(r"[^\W\d_]+", plain(fact))}
    for match in re.finditer(r"(?<=.)\b[A-Z]\w*", text):
        if match.group() not in names:
            return f'"{match.group()}" is written as a name, and is none in the facts that it cites'
    return _order_fault(text, [word for word in said if _counts(word.key)], cited)


def words_that_count(fact: str) -> list[str]:
    """What a sentence on this fact must say, in this order; as the fact writes it."""
    text = plain(fact)
    return [text[word.start : word.end] for word in _words(text) if _counts(word.key)]


def plain(text: str) -> str:
    """One line without typographic marks, e.g. curly quotes and long dashes."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def _order_fault(text: str, said: Sequence[_Word], cited: Sequence[str]) -> str | None:
    at = 0
    for number, fact in enumerate(cited):
        needed = [word.key for word in _words(plain(fact)) if _counts(word.key)]
        part = said[at : at + len(needed)]
        if [word.key for word in part] != needed:
            return f"it must say of its facts, in their order: {', '.join(words_that_count(fact))}"
        if number and part and at and not _BETWEEN.search(text[said[at - 1].end : part[0].start]):
            return "two facts in one sentence are parted by a comma or an and"
        at += len(needed)
    if at < len(said):
        return f'"{text[said[at].start : said[at].end]}" is said more often than in the facts that it cites'
    return None


def _words(text: str) -> list[_Word]:
    return [_Word(_key(match.group()), match.start(), match.end()) for match in _TOKEN.finditer(text.lower())]


def _key(written: str) -> str:
    """A number with its unit in one way of writing, a word without its ending."""
    if not written[0].isalpha():
        return re.sub(r"per ?cent", "%", written).replace(" ", "")
    word = written.removesuffix("'s").removesuffix("s'")
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            word = word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > 4 else word  # "note" stays: it must not become "not"


def _is_plain(word: str) -> bool:
    return word.lower() in PLAIN


_PLAIN_KEYS = frozenset(_key(word) for word in PLAIN)
_THINGS = frozenset(
    _key(word) for word in ("tempo", "note", "snare", "accent", "stroke", "bar", "time", "writing", "drumming", "hand")
)


def _counts(key: str) -> bool:
    return key not in _THINGS and key not in _PLAIN_KEYS
