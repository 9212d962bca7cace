"""What a humanised file says of itself, so that it is not humanised again unawares."""

from __future__ import annotations

from dataclasses import dataclass

from mdg_core import smf
from mdg_core.package import package_version
from mdg_core.shown import shown

_START = "humanised by mdg "
_LONGEST = 300  # characters of a text event that are looked at


@dataclass(frozen=True, slots=True)
class Remark:
    """How a file was humanised."""

    seed: int | None  # None where it was drawn anew
    timing: float
    velocity: float
    keep_accents: bool
    deterministic: bool
    like: str | None  # the artist

    def __str__(self) -> str:
        seed = "any" if self.seed is None else self.seed
        said = f"seed {seed}, timing {self.timing:g}, velocity {self.velocity:g}"
        said += ", accents kept" if self.keep_accents else ""
        said += ", deterministic" if self.deterministic else ""
        return said + (f", like {self.like}" if self.like else "")

    def written(self) -> str:
        """The text that goes into the file."""
        return f"{_START}{package_version() or 'unknown'}: {self}"


def remark_in(file: smf.Smf) -> str | None:
    """What a file says of how it was humanised ("seed 3, timing 1, velocity 1"), None where it says nothing."""
    for track in file.tracks:
        for event in track.long:
            if event.kind == smf.META_TEXT:
                text = event.payload[:_LONGEST].decode("utf-8", "replace")
                if text.startswith(_START):
                    return shown(text.partition(": ")[2])
    return None
