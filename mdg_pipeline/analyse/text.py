"""What a text says of the drumming: tempo statements, terms of feel and technique, styles, with the sentence of each.

Only what stands in a sentence is reported; the sentence is kept as a short excerpt, so that a person can judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mdg_pipeline.analyse.styles import styles_in

FindingKind = Literal["tempo", "term", "style"]

EXCERPT_CHARACTERS = 280
MAX_CHARACTERS = 2_000_000
_MIN_TEMPO, _MAX_TEMPO = 30.0, 400.0

# term -> how it is written; whole words, any case
TERMS: dict[str, str] = {
    "ghost notes": r"ghost(?:ed)? (?:notes?|strokes?)|ghosting",
    "half-time shuffle": r"half[- ]time shuffle",
    "shuffle": r"shuffl(?:e|es|ed|ing)",
    "swung sixteenths": r"swung (?:sixteenths?|16ths?)|(?:sixteenth|16th)[- ]note swing",
    "swung eighths": r"swung (?:eighths?|8ths?)",
    "straight": r"straight (?:eighths?|sixteenths?|8ths?|16ths?|time|feel)",
    "behind the beat": r"behind the beat|laid[- ]back|dragg(?:ed|ing)",
    "ahead of the beat": r"ahead of the beat|on top of the beat|pushing the beat",
    "off the grid": r"unquantized|unquantised|off the grid|not quantiz(?:ed|ing)|without quantiz(?:ing|ation)",
    "half-time": r"half[- ]time",
    "double-time": r"double[- ]time",
    "backbeat": r"backbeats?|back beats?",
    "syncopation": r"syncopat(?:ed|ion|ions|ing)",
    "polyrhythm": r"polyrhythm(?:s|ic)?|cross[- ]rhythms?",
    "triplets": r"triplets?",
    "linear": r"linear (?:patterns?|drumming|grooves?|fills?)",
    "double bass drum": r"double[- ](?:bass|kick)(?: drums?)?",
    "cross-stick": r"cross[- ]?sticks?|side[- ]?sticks?|rim ?clicks?",
    "open hi-hat": r"open(?:ed)? hi[- ]?hats?",
    "ride cymbal": r"ride cymbals?",
    "brushes": r"brushes|brushwork",
    "drum machine": r"drum machines?|mpc|sampler",
}
_TERM_PATTERNS = {term: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for term, pattern in TERMS.items()}
# the specific term says it already
_IMPLIED = {"half-time shuffle": {"half-time", "shuffle"}}

_NUMBER = r"(\d{2,3}(?:\.\d+)?)"
_TEMPO = re.compile(
    rf"{_NUMBER}(?:\s*(?:-|–|to|and)\s*{_NUMBER})?\s*(?:bpm\b|beats (?:per|a) minute|quarter notes a minute)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|avoid(?:s|ed)?|rarely|hardly|lacks?|n't)\b[^,.;]{0,30}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`value` is beats a minute for a tempo; `name` is the term or the style."""

    kind: FindingKind
    name: str
    value: float | None
    excerpt: str


def findings(text: str) -> list[Finding]:
    """All findings of one text, each term and style once, in the text's order."""
    seen: set[tuple[str, str]] = set()
    found: list[Finding] = []
    for sentence in sentences(plain(text[:MAX_CHARACTERS])):
        for finding in _of_sentence(sentence):
            if finding.kind == "tempo" or (finding.kind, finding.name) not in seen:
                seen.add((finding.kind, finding.name))
                found.append(finding)
    return found


def _of_sentence(sentence: str) -> list[Finding]:
    excerpt = sentence if len(sentence) <= EXCERPT_CHARACTERS else sentence[: EXCERPT_CHARACTERS - 1] + "…"
    tempos = [
        Finding("tempo", "tempo", float(number), excerpt)
        for match in _TEMPO.finditer(sentence)
        for number in match.groups()
        if number and _MIN_TEMPO <= float(number) <= _MAX_TEMPO
    ]
    terms = [
        term
        for term, pattern in _TERM_PATTERNS.items()
        if any(not _NEGATION.search(sentence[: match.start()]) for match in pattern.finditer(sentence))
    ]
    implied = set().union(*(_IMPLIED.get(term, set()) for term in terms))
    return [
        *tempos,
        *(Finding("term", term, None, excerpt) for term in terms if term not in implied),
        *(Finding("style", style, None, excerpt) for style in styles_in(sentence)),
    ]


def plain(text: str) -> str:
    """Markdown without its marks: headings, list marks, emphasis, link targets and code fences."""
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s{0,3}(?:#{1,6}.*|>|[-*+]|\d+\.)(?=\s|$)", "\n", text, flags=re.MULTILINE)
    return re.sub(r"[*_`]{1,3}", "", text)


def sentences(text: str) -> list[str]:
    """Sentences on one line each; a blank line ends one too."""
    out: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        flat = " ".join(paragraph.split())
        out += [part for part in re.split(r"(?<=[.!?])\s+(?=[\"“'A-Z0-9])", flat) if part]
    return out
