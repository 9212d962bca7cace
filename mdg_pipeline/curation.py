"""An operator's decisions, as the pipeline heeds them: they survive every refresh, being applied at each build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mdg_core.profile import CurationNote, Evidence, Parameter
from mdg_core.store.curations import CurationRow
from mdg_pipeline.documents import OPERATOR as SOURCE

__all__ = ["NO_CURATION", "SOURCE", "Curation", "Pin", "in_force", "pinned"]


@dataclass(frozen=True, slots=True)
class Pin:
    """A parameter's value by decision."""

    value: float
    note: str


@dataclass(frozen=True, slots=True)
class Curation:
    """What is in force of an artist's decisions."""

    excluded: frozenset[str] = frozenset()  # document ids
    urls: tuple[str, ...] = ()
    pins: Mapping[str, Pin] = field(default_factory=dict)
    drummers: tuple[str, ...] = ()
    notes: tuple[CurationNote, ...] = ()

    @property
    def version(self) -> str:
        """Changes with every decision that bears on the profile."""
        pins = {name: pin.value for name, pin in self.pins.items()}
        content = [sorted(self.excluded), sorted(self.urls), pins, list(self.drummers), len(self.notes)]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


NO_CURATION = Curation()


def in_force(rows: Sequence[CurationRow]) -> Curation:
    """Replay the decisions: a later one takes the place of an earlier one on the same subject."""
    excluded: set[str] = set()
    urls: dict[str, None] = {}
    pins: dict[str, Pin] = {}
    drummers: tuple[str, ...] = ()
    for row in rows:
        if row.action == "exclude":
            excluded.add(row.subject)
        elif row.action == "include":
            excluded.discard(row.subject)
        elif row.action == "url":
            urls.pop(row.subject, None)
            if row.value is not False:
                urls[row.subject] = None
        elif row.action == "pin":
            pins[row.subject] = Pin(float(row.value), row.note)
        elif row.action == "unpin":
            pins.pop(row.subject, None)
        elif row.action == "drummers":
            drummers = tuple(str(name) for name in row.value)
    notes = tuple(CurationNote(action=f"{row.action} {row.subject}", note=row.note, at=row.created_at) for row in rows)
    return Curation(frozenset(excluded), tuple(urls), pins, drummers, notes)


def pinned(params: Mapping[str, Parameter], pins: Mapping[str, Pin]) -> dict[str, Parameter]:
    """The parameters with the operator's values; what the documents said stays as evidence behind them."""
    out = dict(params)
    for name, pin in pins.items():
        if name in out:
            word = Evidence(document=SOURCE, source=SOURCE, title=pin.note, value=pin.value, weight=1.0)
            evidence = [word, *out[name].evidence]
            decided = {"value": pin.value, "spread": 0.0, "confidence": 1.0, "evidence": evidence, "modes": []}
            out[name] = out[name].model_copy(update=decided)
    return out
