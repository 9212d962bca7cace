"""Inlets and outlets of the objects that the patch uses: (inlets, types of the outlets)."""

from __future__ import annotations

from typing import Final

Ports = tuple[int, list[str]]

UI: Final[dict[str, Ports]] = {
    "textedit": (1, ["", "int", "", ""]),
    "live.text": (1, ["", "float"]),
    "live.numbox": (1, ["", "float"]),
    "live.menu": (1, ["", "", "float"]),
    "live.tab": (1, ["", "", "float"]),
    "live.comment": (1, []),
    "panel": (1, []),
    "multislider": (1, ["", ""]),
    "umenu": (1, ["int", "", ""]),
    "message": (2, [""]),
    "inlet": (0, [""]),
    "outlet": (1, []),
}
OBJECTS: Final[dict[str, Ports]] = {
    "live.thisdevice": (1, ["bang", "int", "int"]),
    "onebang": (2, ["bang", "bang"]),
    "deferlow": (1, [""]),
    "prepend": (1, [""]),
    "node.script": (1, ["", ""]),
    "maxurl": (1, ["dictionary", ""]),
    "pcontrol": (1, [""]),
    "thispatcher": (1, ["", ""]),
    "midiin": (1, ["int"]),
    "midiout": (1, []),
    "closebang": (1, ["bang"]),
    "freebang": (1, ["bang"]),
    "loadbang": (1, ["bang"]),
}
_OF_TRIGGER = {"b": "bang", "i": "int", "f": "float", "a": "", "l": "", "s": ""}


def ports_of(text: str) -> Ports:
    """Of an object by its text. Raises KeyError for one that is not known here."""
    name, *arguments = text.split()
    if name == "t":
        return 1, [_OF_TRIGGER[argument] for argument in arguments]
    if name == "route":
        return len(arguments) + 1, [""] * (len(arguments) + 1)
    return OBJECTS[name]
