"""The scripts: sources joined into one file each, named by a hash of their content, as Max's file names are global."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

_SRC: Final = Path(__file__).resolve().parent.parent / "src"
_WIRE: Final = ("wire/verbs", "wire/plain", "wire/ask", "wire/tell")
_DEVICE: Final = (
    "head", "lom", "track", "song", "slots", "clips", "state", "screen", "talk", "words", "writing", "jobs", "lookups",
    "buttons", "selftest", "handlers",
)  # fmt: skip
PARTS: Final = {
    "device": tuple(f"device/{name}" for name in _DEVICE),
    "maxurl": (*_WIRE, "transports/maxurl"),
    "node": (*_WIRE, "transports/node"),
}
_LONGEST_LINE = 110


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    data: bytes


def script(kind: str, constants: Iterable[str]) -> Script:
    """`kind` as in `PARTS`; `constants` are lines of JavaScript that come first."""
    parts = [(_SRC / f"{part}.js").read_text(encoding="utf-8").strip() for part in PARTS[kind]]
    data = ("\n".join(constants) + "\n\n" + "\n\n".join(parts) + "\n").encode("ascii")
    return Script(f"mdg-{kind}-{sha256(data).hexdigest()[:8]}.js", data)


def constant(name: str, value: object) -> str:
    """`var NAME = ...;` with lines that are not long."""
    text = f"var {name} = {json.dumps(value)};"
    if len(text) <= _LONGEST_LINE:
        return text
    return f"var {name} = {json.dumps(value, indent=4)};"
