"""The patch: the strip, the window, the scripts, and how messages go between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ableton.builder import faces
from ableton.builder.container import amxdtype
from ableton.builder.controls import BANK, CONTROLS, HEIGHT, PAGES, WIDTH, WINDOW, Control
from ableton.builder.patch import Patch
from ableton.builder.scripts import Script

_WINDOW_NAME = "MidiDrumiGen"
_CREATED = 3590052786  # Max's own number in every device that it makes


def device(scripts: Mapping[str, Script]) -> dict[str, Any]:
    """The patcher; `scripts` are `device`, `maxurl` and `node`."""
    patch = Patch()
    main = patch.obj(
        f"js {scripts['device'].name}",
        (1, [""] * 5),
        saved_object_attributes={"filename": scripts["device"].name, "parameter_enable": 0},
    )
    _start(patch, main)
    node, maxurl = _transports(patch, main, scripts)
    _close(patch, main, node, maxurl)
    patch.chain(patch.obj("midiin"), patch.obj("midiout"))
    browser = patch.message("; max launchbrowser $1")
    opener = patch.obj("pcontrol")
    strip = _face(patch, main, is_window=False, more={"browse": browser, "window": opener})
    patch.line(main, strip, 0)
    window = _window(patch, main)
    patch.line(main, window, 1)
    patch.chain(opener, window)
    switch = patch.obj("thispatcher", save=["#N", "thispatcher", ";", "#Q", "end", ";"])
    patch.line(main, switch, 2)
    return {"patcher": _top(patch, scripts)}


def varname(control: Control) -> str:
    """`pg2_swing` for a box of the second page."""
    return f"pg{control.page}_{control.name or _word(control.title)}" if control.page else f"all_{control.name}"


def page_boxes() -> dict[str, list[str]]:
    """The boxes of each page by its number, as the script hides and shows them."""
    return {
        str(page): [varname(control) for control in CONTROLS if control.page == page and control.strip]
        for page in range(1, len(PAGES) + 1)
    }


def asked_at_start() -> list[str]:
    """Controls that say what they hold when they are banged; a toggle would change."""
    return [c.name for c in CONTROLS if c.strip and c.kind in ("text", "number", "menu")]


def _word(title: str) -> str:
    return "label_" + "".join(letter for letter in title.lower() if letter.isalnum())


def _start(patch: Patch, main: str) -> None:
    """The first bang starts the script, later ones (a preset, a move) have it look again."""
    once = patch.obj("onebang")
    patch.chain(patch.obj("live.thisdevice"), patch.obj("deferlow"), once)
    for outlet, word in enumerate(("start", "again")):
        message = patch.message(word)
        patch.line(once, message, outlet)
        patch.line(message, main)


def _transports(patch: Patch, main: str, scripts: Mapping[str, Script]) -> tuple[str, str]:
    """Both ways to the backend. Returns the ids of node.script and maxurl."""
    bridge = patch.obj(
        f"js {scripts['maxurl'].name} ---mdg",
        (1, ["", ""]),
        saved_object_attributes={"filename": scripts["maxurl"].name, "parameter_enable": 0},
    )
    maxurl = patch.obj("maxurl 1")
    node = patch.obj(
        f"node.script {scripts['node'].name} @autostart 0 @watch 0 @defer 1",
        saved_object_attributes={"autostart": 0, "defer": 1, "node_bin_path": "", "npm_bin_path": "", "watch": 0},
    )
    heard = patch.obj("deferlow")
    patch.line(main, bridge, 3)
    patch.line(bridge, maxurl, 1)
    patch.line(maxurl, bridge)
    patch.chain(bridge, heard, main)
    patch.line(main, node, 4)
    patch.line(node, heard)
    state = patch.obj("prepend nodestate")
    patch.line(node, state, 1)
    patch.line(state, main)
    return node, maxurl


def _close(patch: Patch, main: str, node: str, maxurl: str) -> None:
    """What goes on is given up when the device or the set closes."""
    each = patch.obj("t b b b")
    for source in ("closebang", "freebang"):
        patch.line(patch.obj(source), each)
    for outlet, (word, target) in enumerate((("script stop", node), ("abort", maxurl), ("closing", main))):
        message = patch.message(word)
        patch.line(each, message, outlet)
        patch.line(message, target)


def _face(patch: Patch, out: str, *, is_window: bool, more: Mapping[str, str]) -> str:
    """The controls of a face, each wired both ways. Returns the id of what takes the script's messages."""
    shown = [control for control in CONTROLS if (control.wide if is_window else control.strip)]
    named = [control for control in shown if control.name]
    router = patch.obj(f"route {' '.join([*(control.name for control in named), *more])}")
    ids: dict[str, str] = {}
    for control in shown:
        rect = control.wide if is_window else control.strip
        assert rect is not None
        name = "" if is_window else varname(control)
        box = faces.add(
            patch, control, rect, is_window=is_window, varname=name, hidden=control.page > 1 and not is_window
        )
        if control.name:
            ids[control.name] = box
            patch.line(router, box, named.index(control))
            _wire(patch, control, ids, out, "window" if is_window else "strip")
    for n, target in enumerate(more.values(), len(named)):
        patch.line(router, target, n)
    return router


def _wire(patch: Patch, control: Control, ids: Mapping[str, str], out: str, face: str) -> None:
    """What a control sends: to `out`, in words that the script knows."""
    box = ids[control.name]

    def send(words: str, outlet: int) -> str:
        sender = patch.obj(f"prepend {words}")
        patch.line(box, sender, outlet)
        patch.line(sender, out)
        return sender

    match control.kind:
        case "number" | "menu" | "toggle" | "tab":
            send(f"control {face} {control.name}", 0)
        case "text":
            send(f"typed {face} {control.name}", 0)
            if control.name == "artist":
                send(f"keyed {face}", 1)
        case "list":
            send(f"picked {control.name}", 1)
        case "button" if control.name == "generate":
            # the name is read first, also without a Return
            both = patch.obj("t a b")
            patch.line(box, both)
            patch.line(both, ids["artist"], 1)
            press = patch.obj("prepend press generate")
            patch.chain(both, press, out)
        case "button":
            send(f"press {control.name}", 0)


def _window(patch: Patch, main: str) -> str:
    """The floating window: a patcher of its own, opened by pcontrol. Returns its id."""
    width, height = WINDOW
    inner = Patch()
    inner.ui("panel", (0, 0, width, height), background=1, border=0, rounded=0, ignoreclick=1,
             **faces.themed(bgcolor=faces.GROUND))  # fmt: skip
    inlet = inner.ui("inlet", index=1, comment="messages of the script")
    outlet = inner.ui("outlet", index=1, comment="what the user does")
    router = _face(inner, outlet, is_window=True, more={})
    inner.line(inlet, router)
    flags = inner.message(
        f"window flags float grow close title zoom, window size 100 100 {100 + width} {100 + height}, window exec"
    )
    patcher = inner.obj("thispatcher", save=["#N", "thispatcher", ";", "#Q", "end", ";"])
    inner.chain(inner.obj("loadbang"), flags, patcher)
    window = patch.obj(
        f"p {_WINDOW_NAME}",
        (1, [""]),
        patcher=_patcher(inner, [100.0, 100.0, float(width), float(height)]),
    )
    patch.line(window, main)
    return window


def _patcher(patch: Patch, rect: list[float]) -> dict[str, Any]:
    """What every patcher has."""
    return {
        "fileversion": 1,
        "appversion": {"major": 8, "minor": 6, "revision": 5, "architecture": "x64", "modernui": 1},
        "classnamespace": "box",
        "rect": rect,
        "bglocked": 0,
        "openinpresentation": 1,
        "default_fontsize": 10.0,
        "default_fontface": 0,
        "default_fontname": "Arial Bold",
        "gridonopen": 1,
        "gridsize": [8.0, 8.0],
        "gridsnaponopen": 1,
        "boxes": patch.boxes,
        "lines": patch.lines,
    }


def _top(patch: Patch, scripts: Mapping[str, Script]) -> dict[str, Any]:
    files = [{"name": script.name, "bootpath": ".", "type": "TEXT", "implicit": 1} for script in scripts.values()]
    return _patcher(patch, [100.0, 100.0, 1100.0, 800.0]) | {
        "openrect": [0.0, 0.0, float(WIDTH), float(HEIGHT)],
        "devicewidth": float(WIDTH),
        "latency": 0,
        "is_mpe": 0,
        "external_mpe_tuning_enabled": 0,
        "minimum_live_version": "",
        "minimum_max_version": "",
        "platform_compatibility": 0,
        "project": _project(),
        "parameters": _parameters(patch),
        "dependency_cache": files,
        "autosave": 0,
    }


def _project() -> dict[str, Any]:
    return {
        "version": 1,
        "creationdate": _CREATED,
        "modificationdate": _CREATED,
        "viewrect": [0.0, 0.0, 300.0, 500.0],
        "autoorganize": 1,
        "hideprojectwindow": 1,
        "showdependencies": 1,
        "autolocalize": 0,
        "contents": {"patchers": {}, "code": {}},
        "layout": {},
        "searchpath": {},
        "detailsvisible": 0,
        "amxdtype": amxdtype(),
        "readonly": 0,
        "devpathtype": 0,
        "devpath": ".",
        "sortmode": 0,
        "viewmode": 0,
        "includepackages": 0,
    }


def _parameters(patch: Patch) -> dict[str, Any]:
    """Every parameter by the id of its box, those of the window by both ids."""
    out: dict[str, Any] = {}

    def gather(boxes: list[dict[str, Any]], prefix: str) -> None:
        for item in boxes:
            box = item["box"]
            if "patcher" in box:
                gather(box["patcher"]["boxes"], f"{prefix}{box['id']}::")
            elif box.get("parameter_enable") == 1:
                value = box["saved_attribute_attributes"]["valueof"]
                out[prefix + box["id"]] = [value["parameter_longname"], value["parameter_shortname"], 0]

    gather(patch.boxes, "")
    by_name = {control.name: control.title for control in CONTROLS}
    bank = {"index": 0, "name": "", "parameters": [by_name[name] for name in BANK], "buttons": ["-"] * 8}
    return out | {"parameterbanks": {"0": bank}, "inherited_shortname": 1}
