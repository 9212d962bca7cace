"""The form of a song as a person writes it: `intro 2, verse 8, pre 4, chorus 8`. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal, get_args

from mdg_core.errors import UsageError

Kind = Literal["intro", "verse", "pre", "chorus", "bridge", "solo", "break", "outro"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MAX_SECTIONS, MAX_SONG_BARS, MAX_FORM_CHARACTERS = 64, 400, 4000
DEFAULT_FORM: Final = (
    "intro 4, verse 8, pre 4, chorus 8, verse 8, pre 4, chorus 8, bridge 8, chorus 8, outro 4"
)  # fmt: skip

_OTHER_WORDS: Final[dict[str, Kind]] = {
    "pre-chorus": "pre", "prechorus": "pre", "pre chorus": "pre", "build": "pre", "refrain": "chorus", "hook": "chorus",
    "middle eight": "bridge", "middle": "bridge", "interlude": "bridge", "breakdown": "break", "coda": "outro",
    "ending": "outro", "end": "outro",
}  # fmt: skip
_PART = re.compile(r"([a-z][a-z -]*?)\s*([0-9]{1,6})(?:\s*bars?)?")


@dataclass(frozen=True, slots=True)
class FormSection:
    kind: Kind
    bars: int
    name: str  # as the marker has it: the kind, numbered where it comes more than once
    again: int  # how many of its kind came before


def parse_form(text: str) -> tuple[FormSection, ...]:
    """The sections of a form; `default` is `DEFAULT_FORM`.

    Raises UsageError naming the part that cannot be read, and beyond 64 sections or 400 bars.
    """
    if len(text) > MAX_FORM_CHARACTERS:
        raise UsageError(f"the form is longer than {MAX_FORM_CHARACTERS:,} characters")
    if text.strip().lower() == "default":
        text = DEFAULT_FORM
    parts = [part.strip() for part in re.split(r"[,;]\s*|\n", text)]
    if parts and not parts[-1]:
        parts.pop()
    if not parts:
        raise UsageError(f"the form is empty: write it like '{DEFAULT_FORM[:32]}'")
    if len(parts) > MAX_SECTIONS:
        raise UsageError(f"the form has {len(parts)} sections; {MAX_SECTIONS} are the most")
    read = [_section(number, part) for number, part in enumerate(parts, 1)]
    bars = sum(length for _, length in read)
    if bars > MAX_SONG_BARS:
        raise UsageError(f"the form has {bars:,} bars; {MAX_SONG_BARS} are the most")
    total = Counter(kind for kind, _ in read)
    heard: Counter[str] = Counter()
    out = []
    for kind, length in read:
        name = f"{kind} {heard[kind] + 1}" if total[kind] > 1 else kind
        out.append(FormSection(kind, length, name, heard[kind]))
        heard[kind] += 1
    return tuple(out)


def _section(number: int, part: str) -> tuple[Kind, int]:
    where = f"section {number} of the form, {part[:40]!r}"
    if not part:
        raise UsageError(f"section {number} of the form is empty: take the comma out, or name a section")
    found = _PART.fullmatch(part.lower())
    word = found[1].strip() if found else re.sub(r"[^a-z -]+.*", "", part.lower()).strip()
    kind = _OTHER_WORDS.get(word) or next((kind for kind in KINDS if kind == word), None)
    if kind is None:
        raise UsageError(f"{where}: {word[:40]!r} is no section; use {', '.join(KINDS)}")
    if found is None:
        raise UsageError(f"{where}: say how many bars, as in '{kind} 8'")
    bars = int(found[2])
    if bars < 1:
        raise UsageError(f"{where}: a section has at least one bar")
    return kind, bars
