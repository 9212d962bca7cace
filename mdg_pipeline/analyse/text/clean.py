"""Text as it comes from outside -> plain sentences: marks and invisible characters gone, commands to machines known.

Text that addresses a language model is data like any other. It stays where it stands, but nothing is read from it,
nor from what follows it in its paragraph.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_CHARACTERS = 1_000_000
# Cc control, Cf format (zero-width, bidirectional, tags), Co private, Cs surrogate, Cn unassigned
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_MAX_SENTENCE = 800  # a longer one is no prose

_COMMAND = re.compile(
    r"\b(?:ignore|disregard|forget|override) (?:\w+ ){0,4}(?:instructions?|prompts?|rules|guidelines|context)\b"
    r"|\b(?:as|you are|you're|act as|pretend to be) (?:an? |the |now )?(?:\w+ )?"
    r"(?:AI|language model|LLM|chatbot|assistant|in \w+ mode)\b"
    r"|\b(?:system|developer|user|assistant) ?(?:prompt|message|note|instructions?)? ?:\s"
    r"|\b(?:(?:large )?language models?|LLMs?|chatbots?|AI (?:models?|systems?|assistants?|agents?|readers?"
    r"|summari[sz]ers?))\b"
    r"|\b(?:do not|don[’']t|never) (?:mention|reveal|disclose|repeat|quote) (?:this|these|the"
    r"|your) (?:\w+ )?(?:instruction|prompt|message|note|text)"
    r"|\b(?:new|hidden|following|these|your) (?:system )?(?:instructions|prompt)\b"
    r"|^(?:please )?(?:output|respond|reply|answer|summari[sz]e|print|report|state|say|write|claim|pretend|conclude"
    r"|remember) "
    r"(?:only |with |that |to |by |as )"
    r"|</?(?:system|instructions?|prompt|s|im_start|im_end)>|<\|[^|>]{1,30}\|>|\[/?INST\]",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“‘])(?:[A-Z]|Jr|Sr|St|Mr|Mrs|Ms|Dr|Prof|feat|ft|vs|etc|No|Vol|Op|ca?|approx|in|cm|min|b\.p\.m|"
    r"U\.S|U\.K|e\.g|i\.e|J\.[A-Z]|[A-Z]\.[A-Z]|Nos|pp?|Rev|Gen|Sgt|Lt|Capt)\.$"
)
_BREAK = re.compile(r"(?<=[.!?…])([\"”’')\]]*)\s+(?=[\"“‘'(\[]?[A-ZÀ-ÞŁŚŻČŠŽ0-9])")


def clean(text: str) -> str:
    """NFC, without control and invisible characters; line ends stay. At most MAX_CHARACTERS are read."""
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    if text.isascii() and text.isprintable():
        return text
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    gone = {ord(c): None for c in set(text) if c not in "\n\t" and unicodedata.category(c) in _INVISIBLE}
    return text.translate({**gone, 0xA0: " "})


def plain(text: str) -> str:
    """Markdown without its marks: headings, list marks, emphasis, link targets and code fences."""
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    text = re.sub(r"!?\[([^\[\]\n]{0,300})\]\([^)\n]{0,2000}\)", r"\1", text)
    text = re.sub(r"^\s{0,3}(?:#{1,6}.*|>|[-*+]|\d+\.)(?=\s|$)", "\n", text, flags=re.MULTILINE)
    return re.sub(r"[*_`]{1,3}", "", text)


def paragraphs(text: str) -> Iterator[list[str]]:
    """The sentences of each paragraph, each on one line; a blank line ends a paragraph."""
    for paragraph in re.split(r"\n\s*\n", text):
        flat = " ".join(paragraph.split())
        if flat:
            yield [sentence for sentence in _split(flat) if len(sentence) <= _MAX_SENTENCE]


def sentences(text: str) -> list[str]:
    return [sentence for paragraph in paragraphs(text) for sentence in paragraph]


def addresses_a_model(sentence: str) -> bool:
    """Whether a sentence gives orders to a language model instead of telling a reader something."""
    return bool(_COMMAND.search(sentence))


def _split(flat: str) -> Iterator[str]:
    start = 0
    for match in _BREAK.finditer(flat):
        end = match.end(1)
        if not _ABBREVIATION.search(flat[max(start, end - 12) : end]):
            yield flat[start:end]
            start = match.end()
    if start < len(flat):
        yield flat[start:]
