"""An operator's decisions, as the pipeline heeds them: they survive every refresh, being applied at each build."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mdg_core.pins import ORDERED, PINNABLE
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
    """The parameters with the operator's values; what the documents said stays as evidence behind them.

    Pinned values are never changed. What was measured yields: a tempo that a pin leaves no room for becomes the
    nearest one that it does.
    """
    out = dict(params)
    for name, pin in pins.items():
        if name in PINNABLE:
            measured = out.get(name) or Parameter(value=None, unit=PINNABLE[name].unit, confidence=0.0)
            word = Evidence(document=SOURCE, source=SOURCE, title=pin.note, value=pin.value, weight=1.0)
            evidence = [word, *measured.evidence]
            decided = {"value": pin.value, "spread": 0.0, "confidence": 1.0, "evidence": evidence, "modes": []}
            out[name] = measured.model_copy(update=decided | {"pinned": True})
    return out | _yielding(out)


def _yielding(params: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The measured tempos that the pinned ones move."""
    ends: dict[str, tuple[float, float]] = {}
    for low, high in ORDERED:
        for name, other, is_floor in ((low, high, False), (high, low, True)):
            bound = params[other].value if other in params and params[other].pinned else None
            if bound is not None:
                floor, ceiling = ends.get(name, (-math.inf, math.inf))
                ends[name] = (max(floor, bound), ceiling) if is_floor else (floor, min(ceiling, bound))
    measured = {name: params[name] for name in ends if name in params and not params[name].pinned}
    return {name: _between(item, item.value, *ends[name]) for name, item in measured.items() if item.value is not None}


def _between(measured: Parameter, value: float, low: float, high: float) -> Parameter:
    """The value brought within the bounds, without the modes that lie outside."""
    modes = [mode for mode in measured.modes if low <= mode.value <= high]
    total = sum(mode.share for mode in modes)
    kept = [mode.model_copy(update={"share": round(mode.share / total, 3)}) for mode in modes] if len(modes) > 1 else []
    return measured.model_copy(update={"value": min(max(value, low), high), "modes": kept})
