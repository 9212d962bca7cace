"""Models whose JSON schemas call their fields in words: `Generation ID` for `generation_id`."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict

_ABBREVIATIONS = {"id": "ID", "llm": "LLM", "midi": "MIDI", "url": "URL", "usd": "USD"}


def in_words(name: str) -> str:
    """`midi_url` as "MIDI URL", `SongSection` as "Song section"."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).strip("_").lower().split("_")
    first, *rest = (_ABBREVIATIONS.get(word, word) for word in words)
    return " ".join([first[:1].upper() + first[1:], *rest])


def _field(name: str, _info: Any) -> str:
    return in_words(name)


def _model(model: type[Any]) -> str:
    return in_words(model.__name__)


class Worded(BaseModel):
    model_config = ConfigDict(field_title_generator=_field, model_title_generator=_model)
