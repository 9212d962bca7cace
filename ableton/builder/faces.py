"""From a control to its box: the object that fits it, with its parameter, colours and info text."""

from __future__ import annotations

from typing import Any

from ableton.builder.controls import AUTOMATED, HIDDEN, STORED, Control
from ableton.builder.patch import Patch, Rect

_FLOAT, _INT, _ENUM, _BLOB = 0, 1, 2, 3
_MOST_INT = 255  # of an int parameter in Live
_FONT = {"fontname": "Arial Bold", "fontsize": 10.0}
# the theme's colours, and a fallback where it has none
_FIELD = ("themecolor.live_control_text_bg", [0.12, 0.12, 0.12, 1.0])
_INK = ("themecolor.live_control_fg", [0.71, 0.71, 0.71, 1.0])
_MARK = ("themecolor.live_control_selection", [0.94, 0.63, 0.19, 1.0])
_DARK = ("themecolor.live_lcd_bg", [0.09, 0.09, 0.09, 1.0])
GROUND = ("themecolor.live_surface_bg", [0.24, 0.24, 0.24, 1.0])
Theme = tuple[str, list[float]]


def themed(**colours: Theme) -> dict[str, Any]:
    """Attributes that follow Live's theme."""
    values: dict[str, Any] = {name: value for name, (_, value) in colours.items()}
    return values | {
        "saved_attribute_attributes": {name: {"expression": token} for name, (token, _) in colours.items()}
    }


def add(patch: Patch, control: Control, rect: Rect, *, is_window: bool, varname: str, hidden: bool) -> str:
    """The box of a control at a place. Returns its id."""
    attributes = _attributes(control, is_window=is_window)
    attributes |= {"varname": varname} if varname else {}
    attributes |= {"hidden": 1} if hidden else {}
    return patch.ui(_CLASSES[control.kind], rect, **attributes)


def longname(control: Control, *, is_window: bool) -> str:
    return f"Window {control.title}" if is_window else control.title


def has_parameter(control: Control, *, is_window: bool) -> bool:
    """Live's own objects answer to clicks only with a parameter; a field's text is stored once, by the strip."""
    return control.kind in ("number", "menu", "toggle", "button", "tab") or (control.kind == "text" and not is_window)


_CLASSES = {
    "text": "textedit", "number": "live.numbox", "menu": "live.menu", "toggle": "live.text", "button": "live.text",
    "list": "umenu", "tab": "live.tab", "progress": "multislider", "label": "live.comment", "line": "live.comment",
}  # fmt: skip


def _attributes(control: Control, *, is_window: bool) -> dict[str, Any]:
    out: dict[str, Any] = {}
    match control.kind:
        case "label" | "line":
            return {"text": control.text, "textjustification": 0, "fontsize": 10.0, "fontname": "Arial Bold"}
        case "progress":
            return {
                "size": 1, "setminmax": [0.0, 100.0], "settype": 0, "orientation": 0, "ignoreclick": 1,
                "parameter_enable": 0, "border": 0, **themed(slidercolor=_MARK, bgcolor=_DARK),
            }  # fmt: skip
        case "list":
            out = {
                "items": [control.title],
                "parameter_enable": 0,
                **_FONT,
                **themed(bgfillcolor=_FIELD, textcolor=_INK),
            }
        case "text":
            out = {
                "keymode": 1, "outputmode": 1, "lines": 1, "wordwrap": 0, "text": control.begins, "border": 0,
                "parameter_enable": 0, **_FONT, **themed(bgcolor=_FIELD, textcolor=_INK),
            }  # fmt: skip
        case "button":
            out = {"mode": 0, "outputmode": 1, "text": control.text, "texton": control.text, **_FONT}
        case "toggle":
            out = {"mode": 1, "text": control.text, "texton": control.text, **_FONT}
        case "number" | "menu" | "tab":
            out = dict(_FONT)
    out |= {"annotation": control.info, "annotation_name": control.title}
    if has_parameter(control, is_window=is_window):
        saved = out.setdefault("saved_attribute_attributes", {})
        saved["valueof"] = _parameter(control, is_window=is_window)
        out["parameter_enable"] = 1
    return out


def _parameter(control: Control, *, is_window: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "parameter_annotation_name": control.title,
        "parameter_info": control.info,
        "parameter_initial": [control.begins],
        "parameter_initial_enable": 1,
        "parameter_invisible": HIDDEN if is_window else control.visible,
        "parameter_longname": longname(control, is_window=is_window),
        "parameter_shortname": control.short or control.title,
    }
    match control.kind:
        case "text":
            return out | {"parameter_type": _BLOB, "parameter_invisible": STORED}
        case "button" | "toggle":
            return out | {"parameter_type": _ENUM, "parameter_enum": ["off", "on"], "parameter_mmax": 1}
        case "menu" | "tab":
            return out | {
                "parameter_type": _ENUM, "parameter_enum": list(control.choices),
                "parameter_mmax": len(control.choices) - 1,
            }  # fmt: skip
    fits = control.is_whole and control.high <= _MOST_INT
    return out | {
        "parameter_type": _INT if fits else _FLOAT,
        "parameter_mmin": float(control.low),
        "parameter_mmax": float(control.high),
        "parameter_unitstyle": control.unit,
    }


def is_automated(control: Control) -> bool:
    return control.visible == AUTOMATED and has_parameter(control, is_window=False)
