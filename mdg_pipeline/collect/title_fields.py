"""A file name or a title -> its fields: "03 Rush - YYZ (drums).mid" -> [Rush] [YYZ] and, in brackets, [drums].

There is no rule for such names: dashes, underscores, dots, brackets and capitals each separate fields in one name
and words in the next. The strongest separator that leaves two telling parts is taken for the one between fields.
"""

from __future__ import annotations

import html
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from anyascii import anyascii

from mdg_pipeline.collect.title_lexicon import listed

CAMEL = "\x1f"  # stands between "Like" and "A" of LikeAVirgin
MARK = "\ue000"  # stands for the name that is looked for
MAX_CHARACTERS = 300

NOISE = listed(
    """k kar karaoke live mid midi mix remix remixed remaster remastered version ver v vers v1 v2 v3 edit drums drum
    drumtrack bass guitar gtr piano solo tab tabs instrumental instr full final new original acoustic unplugged demo
    album single xg gm gs hq free download medley cover sequence sequenced seq s the"""
)
_SUFFIX = re.compile(r"(?:[._ ](?:mid|midi|kar|rmi|smf|mp3|zip))+\s*$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-Ö])(?=[A-ZÀ-Ö][a-zà-ÿ])")
_TOKEN = re.compile(rf"{MARK}|[^\W_]+|[&+]")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_ABBREVIATIONS = listed("mr mrs ms dr st jr sr ft feat vs no vol pt op b")
_STRONG = re.compile(r"[–—|~/\\:;•»«\"“”=]|--|__|\s\s|-[\s_]|[\s_]-")
_LEVELS = "S-._"


@dataclass(frozen=True, slots=True)
class Field:
    words: tuple[str, ...]
    bracketed: bool = False


def folded(text: str) -> str:
    """Lower case without diacritics, capitals inside words marked with CAMEL; letters of other scripts stay."""
    text = html.unescape(unquote(text[:MAX_CHARACTERS]))
    with suppress(UnicodeError):
        text = text.encode("cp1252").decode("utf-8")  # UTF-8 that was read as Windows-1252
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"['’‘ʼ`´](?=s\b)", " ", text)  # John Legend's
    text = re.sub(r"['’‘ʼ`´]", "", text)
    text = re.sub(r"\$(?=\w)", "s", text)  # A$AP
    text = re.sub(r"(?<=\w)!(?=\w)", "i", text)  # P!nk
    text = _CAMEL.sub(CAMEL, text)
    return "".join(anyascii(char) if "LATIN" in unicodedata.name(char, "") else char for char in text).casefold()


def romanised(text: str) -> str:
    """Other scripts in Latin letters, as anyascii writes them."""
    return "".join(char if char in (CAMEL, MARK) else anyascii(char) for char in text).casefold()


def without_suffix(name: str) -> str:
    """Without .mid and its like, also where there are several."""
    return _SUFFIX.sub("", name.strip())


def fields_of(text: str) -> list[Field]:
    """The telling fields of folded text, in order, those in brackets last; track numbers and "karaoke" are none."""
    bracketed = [_telling(_words(inside.group(1))) for inside in _BRACKETS.finditer(text)]
    outside = _BRACKETS.sub("  ", text).strip(" ")
    plain = [Field(tuple(words)) for words in _split(outside)]
    return plain + [Field(tuple(words), bracketed=True) for words in bracketed if words]


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _split(text: str) -> list[list[str]]:
    """The parts at the strongest separator that leaves two; one part where none does."""
    tokens = list(_TOKEN.finditer(text))
    kinds = [_kind(text[left.end() : right.start()], left.group()) for left, right in pairwise(tokens)]
    for level in _LEVELS:
        if not _separates_fields(level, kinds):
            continue
        parts: list[list[str]] = [[]]
        for token, kind in zip(tokens, ["", *kinds], strict=True):
            if kind == level:
                parts.append([])
            parts[-1].append(token.group())
        telling = _telling_parts(parts)
        if len(telling) > 1:
            return telling
        if len(parts) > 1 and telling and level == "S":  # "01 - Rush-Limelight": look into what is left
            spans = _part_spans(kinds, level)
            first, last = max(spans, key=lambda span: span[1] - span[0])
            return _split(text[tokens[first].start() : tokens[last].end()])
    whole = _telling([token.group() for token in tokens])
    return [whole] if whole else []


def _part_spans(kinds: list[str], level: str) -> list[tuple[int, int]]:
    cuts = [index for index, kind in enumerate(kinds) if kind == level]
    return list(zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(kinds)], strict=True))


def _separates_fields(level: str, kinds: list[str]) -> bool:
    """Whether a separator of this kind parts fields, and not all the words of the name alike."""
    count = kinds.count(level)
    if not count:
        return False
    if level == "S":
        return True
    others = [kind for kind in kinds if kind != level]
    if level in "-.":
        return count == 1 or bool(others)
    return bool(others)


def _kind(gap: str, left: str) -> str:
    if _STRONG.search(gap):
        return "S"
    if "-" in gap:
        return "-"
    if gap == "." and (len(left) > 1 or left == MARK) and left not in _ABBREVIATIONS and not left.isdigit():
        return "."
    if "_" in gap:
        return "_"
    return " " if gap.strip(CAMEL) else "c"


def _telling_parts(parts: list[list[str]]) -> list[list[str]]:
    if parts and len(parts) > 1 and all(word.isdigit() for word in parts[0]) and len("".join(parts[0])) < 4:
        parts = parts[1:]  # a track's number
    return [kept for kept in map(_telling, parts) if kept]


def _telling(words: list[str]) -> list[str]:
    """Without track numbers before and versions behind; nothing where only such words are left."""
    start, end = 0, len(words)
    while end - start > 1 and words[start].isdigit() and len(words[start]) < 4:
        start += 1
    while end - start > 1 and (words[end - 1] in NOISE or (words[end - 1].isdigit() and len(words[end - 1]) < 3)):
        end -= 1
    kept = words[start:end]
    is_noise = len(kept) == 1 and (kept[0] in NOISE or (kept[0].isdigit() and len(kept[0]) < 2))
    return [] if is_noise else kept
