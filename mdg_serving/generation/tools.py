"""What generations are made with, whatever is asked: one of each for a process."""

from __future__ import annotations

from dataclasses import dataclass

from mdg_core.settings import Settings
from mdg_serving.generation.libraries import Libraries
from mdg_serving.generation.models import Models


@dataclass(frozen=True, slots=True, eq=False)
class Tools:
    """The language models, and what templates draw from and play with."""

    models: Models
    libraries: Libraries

    @classmethod
    def of(cls, settings: Settings) -> Tools:
        """Raises MdgError for a damaged prior."""
        return cls(Models.of(settings.llm), Libraries.of(settings))
