"""A patcher in the making: boxes and lines, and the JSON that Max reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ableton.builder.facts import UI, ports_of

Rect = tuple[int, int, int, int]
_COLUMNS, _CELL = 8, (190, 34)  # the patching view: boxes in rows


@dataclass(slots=True)
class Patch:
    boxes: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def ui(self, kind: str, rect: Rect | None = None, **attributes: Any) -> str:
        """An object that has a class of its own; `rect` is its place in the presentation. Returns its id."""
        inlets, outlets = UI[kind]
        shown = {} if rect is None else {"presentation": 1, "presentation_rect": [float(side) for side in rect]}
        return self._add(kind, inlets, outlets, shown | attributes)

    def obj(self, text: str, ports: tuple[int, list[str]] | None = None, **attributes: Any) -> str:
        """An object box by its text. Returns its id."""
        inlets, outlets = ports or ports_of(text)
        return self._add("newobj", inlets, outlets, {"text": text} | attributes)

    def message(self, text: str) -> str:
        return self.ui("message", text=text)

    def line(self, source: str, destination: str, outlet: int = 0, inlet: int = 0) -> None:
        self.lines.append({"patchline": {"destination": [destination, inlet], "source": [source, outlet]}})

    def chain(self, *ids: str) -> None:
        """Lines from first outlets to first inlets."""
        for source, destination in pairwise(ids):
            self.line(source, destination)

    def _add(self, kind: str, inlets: int, outlets: Sequence[str], attributes: dict[str, Any]) -> str:
        number = len(self.boxes)
        name = f"obj-{number + 1}"
        width, height = _CELL
        place = [20.0 + width * (number % _COLUMNS), 20.0 + height * (number // _COLUMNS), width - 20.0, 22.0]
        box = {"id": name, "maxclass": kind, "numinlets": inlets, "numoutlets": len(outlets)}
        if outlets:
            box["outlettype"] = list(outlets)
        self.boxes.append({"box": box | {"patching_rect": place} | attributes})
        return name
