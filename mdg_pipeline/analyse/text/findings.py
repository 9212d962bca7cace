"""A text -> its sentences on the artist's drumming, and what they state, each with its sentence as an excerpt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mdg_pipeline.analyse.text import relevance
from mdg_pipeline.analyse.text.clean import addresses_a_model, clean, paragraphs, plain
from mdg_pipeline.analyse.text.people import Subject
from mdg_pipeline.analyse.text.relevance import DrummingKind, Focus, Read
from mdg_pipeline.analyse.text.statements import StatementKind, statements

EXCERPT_CHARACTERS = 280


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` and `value` are those of `statements.Statement`; `score`: 0-1, how sure it is the artist's drumming."""

    kind: StatementKind
    name: str
    value: float | None
    excerpt: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class DrummingSentence:
    """A sentence about the artist's drumming; `text` is an excerpt of at most EXCERPT_CHARACTERS."""

    text: str
    score: float
    kind: DrummingKind


def findings(text: str, subject: Subject | None = None) -> list[Finding]:
    """All statements of one text, each but a tempo once, in the text's order.

    Without a subject every name in the text is taken to be the artist's.
    """
    seen: set[tuple[str, str]] = set()
    found: list[Finding] = []
    for item in _read(text, subject):
        stated = statements(item.own, item.sentence if item.own.strip() else "", subject)
        if not stated:
            continue
        score = relevance.score(item, subject)
        for one in stated:
            if one.kind == "collaborator" and score < relevance.THRESHOLD:
                continue
            if one.kind == "tempo" or (one.kind, one.name) not in seen:
                seen.add((one.kind, one.name))
                found.append(Finding(one.kind, one.name, one.value, excerpt(item.sentence), round(score, 3)))
    return found


def drumming_sentences(
    text: str, subject: Subject, *, about_artist: bool = True, threshold: float = relevance.THRESHOLD
) -> list[DrummingSentence]:
    """The sentences on the drumming of the artist, in the text's order, each once.

    `about_artist` False: the text treats of others too; a paragraph is theirs until it names the artist.
    """
    found: dict[str, DrummingSentence] = {}
    for item in _read(text, subject, "own" if about_artist else "other"):
        score = relevance.score(item, subject)
        if score >= threshold:
            kept = excerpt(item.sentence)
            found.setdefault(kept, DrummingSentence(kept, round(score, 3), relevance.kind_of(item, subject)))
    return list(found.values())


def excerpt(sentence: str) -> str:
    """The sentence, cut where it is longer than an excerpt may be."""
    return sentence if len(sentence) <= EXCERPT_CHARACTERS else sentence[: EXCERPT_CHARACTERS - 1] + "…"


def _read(text: str, subject: Subject | None, at_first: Focus = "own") -> Iterator[Read]:
    for paragraph in paragraphs(plain(clean(text))):
        focus = at_first
        for sentence in paragraph:
            if addresses_a_model(sentence):
                break  # what follows such an order is part of it
            item = relevance.read(sentence, subject, focus)
            yield item
            focus = relevance.next_focus(item)
