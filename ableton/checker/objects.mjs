/* Max's objects as the reference has measured them: inlets, and the types of the outlets. */

export const UI = {
    textedit: [1, ["", "int", "", ""]],
    "live.text": [1, ["", "float"]],
    "live.numbox": [1, ["", "float"]],
    "live.dial": [1, ["", "float"]],
    "live.slider": [1, ["", "float"]],
    "live.menu": [1, ["", "", "float"]],
    "live.tab": [1, ["", "", "float"]],
    "live.comment": [1, []],
    comment: [1, []],
    panel: [1, []],
    multislider: [1, ["", ""]],
    umenu: [1, ["int", "", ""]],
    message: [2, [""]],
    inlet: [0, [""]],
    outlet: [1, []]
};

export const OBJECTS = {
    "live.thisdevice": [1, ["bang", "int", "int"]],
    onebang: [2, ["bang", "bang"]],
    deferlow: [1, [""]],
    defer: [1, [""]],
    prepend: [1, [""]],
    "node.script": [1, ["", ""]],
    maxurl: [1, ["dictionary", ""]],
    pcontrol: [1, [""]],
    thispatcher: [1, ["", ""]],
    midiin: [1, ["int"]],
    midiout: [1, []],
    closebang: [1, ["bang"]],
    freebang: [1, ["bang"]],
    loadbang: [1, ["bang"]]
};

const TRIGGER = { b: "bang", i: "int", f: "float", a: "", l: "", s: "" };

/* [inlets, outlet types] of a box; null for an object that is not known. */
export function portsOf(box, scripts) {
    if (box.maxclass !== "newobj") return UI[box.maxclass] ?? null;
    const [name, ...words] = box.text.split(" ");
    if (name === "t") return [1, words.map((word) => TRIGGER[word])];
    if (name === "route") return [words.length + 1, Array(words.length + 1).fill("")];
    if (name === "js") return scripts.get(words[0]) ?? null;
    if (name === "p") {
        const count = (kind) => box.patcher.boxes.filter((inner) => inner.box.maxclass === kind).length;
        return [count("inlet"), Array(count("outlet")).fill("")];
    }
    return OBJECTS[name] ?? null;
}
