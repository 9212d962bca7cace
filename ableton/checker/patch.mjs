/* The rules of the patcher: boxes, lines, parameters, layout. */
import { portsOf } from "./objects.mjs";

const HEIGHT = 169;
const CLICKABLE = new Set(["live.text", "live.numbox", "live.menu", "live.tab", "live.dial", "live.slider"]);
const FIELDS = new Set([...CLICKABLE, "textedit", "umenu"]);
const COLOURS = new Set(
    ["control_text_bg", "control_fg", "surface_bg", "lcd_bg", "lcd_control_fg", "control_selection"].map(
        (name) => `themecolor.live_${name}`
    )
);

export const textOf = (box) => (box.maxclass === "newobj" ? box.text : box.maxclass) ?? "";
export const nameOf = (box) => textOf(box).split(" ")[0];

/* Every patcher inside, the top one first: {path, boxes, lines}. */
export function patchers(top) {
    const found = [];
    const look = (patcher, path) => {
        const boxes = patcher.boxes.map(({ box }) => box);
        found.push({ path, patcher, boxes, lines: patcher.lines.map(({ patchline }) => patchline) });
        for (const box of boxes) if (box.patcher) look(box.patcher, `${path}${box.id}::`);
    };
    look(top, "");
    return found;
}

/* `scripts`: name -> [inlets, outlet types] of each js file. */
export function check(top, files, scripts) {
    const problems = [];
    const say = (rule, text) => problems.push({ rule, text });
    const all = patchers(top);
    for (const each of all) {
        boxes(each, say, scripts);
        lines(each, say);
    }
    whole(top, say);
    wiring(all[0], say);
    parameters(top, all, say);
    controls(all, say);
    layout(all, top, say);
    named(all, files, say, top);
    return problems;
}

function boxes({ boxes: list }, say, scripts) {
    const seen = new Set();
    const names = new Set();
    for (const box of list) {
        if (seen.has(box.id)) say("P01", `two boxes are ${box.id}`);
        seen.add(box.id);
        if (box.varname) {
            if (names.has(box.varname)) say("P02", `two boxes are called ${box.varname}`);
            names.add(box.varname);
        }
        const ports = portsOf(box, scripts);
        if (!ports) {
            say("P03", `${textOf(box)} is no object that is known here`);
            continue;
        }
        if (box.numinlets !== ports[0]) say("P04", `${textOf(box)} has ${box.numinlets} inlets, not ${ports[0]}`);
        if (box.numoutlets !== ports[1].length) say("P05", `${textOf(box)} has ${box.numoutlets} outlets, not ${ports[1].length}`);
        if (JSON.stringify(box.outlettype ?? []) !== JSON.stringify(ports[1])) say("P06", `outlettype of ${textOf(box)}`);
        if (nameOf(box) === "thispatcher" && !Array.isArray(box.save)) say("P07", "thispatcher without save");
    }
}

function lines({ boxes: list, lines: cords }, say) {
    const byId = new Map(list.map((box) => [box.id, box]));
    for (const { source, destination } of cords) {
        const [from, to] = [byId.get(source[0]), byId.get(destination[0])];
        if (!from || !to) say("P08", `a line from ${source[0]} to ${destination[0]}, and one of them is not there`);
        else if (source[1] >= from.numoutlets) say("P09", `${textOf(from)} has no outlet ${source[1]}`);
        else if (destination[1] >= to.numinlets) say("P10", `${textOf(to)} has no inlet ${destination[1]}`);
    }
}

function whole(top, say) {
    if (top.fileversion !== 1 || top.classnamespace !== "box" || top.appversion?.major !== 8) say("P11", "no patcher of Max 8");
    if (top.openinpresentation !== 1) say("P12", "the device does not open in presentation");
    if (!Number.isInteger(top.devicewidth) || top.devicewidth < 100) say("P13", "devicewidth is not written");
    if (JSON.stringify(top.openrect) !== JSON.stringify([0, 0, top.devicewidth, HEIGHT])) say("P14", `openrect is ${top.openrect}`);
    if (top.project?.devpath !== "." || top.project?.includepackages !== 0 || top.project?.version !== 1) say("P15", "project");
    if (top.minimum_live_version !== "" || top.latency !== 0 || top.is_mpe !== 0) say("P16", "minimum versions, latency or MPE");
}

function reaches({ boxes: list, lines: cords }, from, to) {
    const next = new Map();
    for (const { source, destination } of cords) {
        next.set(source[0], [...(next.get(source[0]) ?? []), destination[0]]);
    }
    const open = list.filter(from).map((box) => box.id);
    const seen = new Set(open);
    while (open.length) {
        for (const id of next.get(open.pop()) ?? []) {
            if (!seen.has(id)) {
                seen.add(id);
                open.push(id);
            }
        }
    }
    return list.some((box) => to(box) && seen.has(box.id));
}

function wiring(top, say) {
    const is = (name) => (box) => nameOf(box) === name;
    const words = (text) => (box) => box.maxclass === "message" && box.text === text;
    const straight = (a, b) =>
        top.lines.some(({ source, destination }) => {
            const find = (id) => top.boxes.find((box) => box.id === id);
            return is(a)(find(source[0]) ?? {}) && is(b)(find(destination[0]) ?? {});
        });
    if (!straight("midiin", "midiout")) say("P17", "MIDI does not pass through: midiin to midiout");
    if (!reaches(top, is("live.thisdevice"), words("start"))) say("P18", "live.thisdevice does not start the script");
    if (!straight("live.thisdevice", "deferlow")) say("P19", "live.thisdevice's bang is not deferred");
    if (!reaches(top, is("closebang"), words("script stop"))) say("P20", "closebang does not stop node.script");
    if (!reaches(top, is("closebang"), words("abort"))) say("P21", "closebang does not abort maxurl's requests");
    if (top.boxes.some((box) => box.maxclass === "newobj" && /^(print|jweb)/.test(box.text))) say("P22", "print or jweb");
    if (top.boxes.some((box) => is("loadbang")(box))) say("P23", "a loadbang beside live.thisdevice");
}

function parameters(top, all, say) {
    const registered = { ...top.parameters };
    const longnames = new Set();
    for (const { path, boxes: list } of all) {
        for (const box of list) {
            if (box.parameter_enable !== 1) continue;
            const value = box.saved_attribute_attributes?.valueof ?? {};
            const long = value.parameter_longname;
            const entry = registered[path + box.id];
            if (!entry || entry[0] !== long || entry[1] !== value.parameter_shortname) say("P24", `${long} is not in parameters`);
            delete registered[path + box.id];
            if (!long || longnames.has(long)) say("P25", `the long name ${long} is there twice or not at all`);
            longnames.add(long);
            parameter(value, say);
        }
    }
    const left = Object.keys(registered).filter((key) => key !== "parameterbanks" && key !== "inherited_shortname");
    if (left.length) say("P24", `parameters names ${left.join()}, and there is no such box`);
    const banks = Object.values(top.parameters?.parameterbanks ?? {});
    const good = ({ parameters: list }) => list.length === 8 && list.every((name) => name === "-" || longnames.has(name));
    if (!banks.length || !banks.every(good)) say("P26", "a parameter bank is empty or names what is not there");
}

function parameter(value, say) {
    const long = value.parameter_longname;
    if (value.parameter_initial_enable !== 1 || value.parameter_initial?.length !== 1) say("P27", `${long} begins with no value`);
    if (![0, 1, 2, 3].includes(value.parameter_type)) say("P28", `the type of ${long}`);
    if (![0, 1, 2].includes(value.parameter_invisible)) say("P29", `parameter_invisible of ${long}`);
    if ("parameter_range" in value) say("P30", `${long} has parameter_range, which is no key`);
    if (value.parameter_type === 1 && (value.parameter_mmax > 255 || value.parameter_mmin < -255)) {
        say("P31", `${long} is an int beyond 255`);
    }
    if (value.parameter_type < 2) {
        const [low, high, first] = [value.parameter_mmin, value.parameter_mmax, value.parameter_initial?.[0]];
        if (!(low < high && first >= low && first <= high)) say("P32", `the range of ${long}`);
        if (value.parameter_unitstyle === undefined) say("P33", `${long} has no unit style`);
    }
    if (value.parameter_type === 2 && value.parameter_mmax !== value.parameter_enum?.length - 1) say("P34", `the choices of ${long}`);
    if (!value.parameter_info || !value.parameter_annotation_name) say("P35", `${long} has no info text`);
}

function controls(all, say) {
    for (const { path, boxes: list } of all) {
        for (const box of list) {
            const value = box.saved_attribute_attributes?.valueof;
            if (CLICKABLE.has(box.maxclass) && box.parameter_enable !== 1) say("P36", `${box.varname || box.id} gets no clicks`);
            if (box.maxclass === "live.text" && box.mode !== 0 && box.mode !== 1) say("P37", `${box.varname || box.id} has no mode`);
            if (box.maxclass === "textedit" && (box.keymode !== 1 || box.outputmode !== 1)) {
                say("P38", `${box.varname || box.id}: keymode 1 and outputmode 1`);
            }
            if (box.maxclass === "textedit" && !path && value?.parameter_type !== 3) say("P39", `${box.varname} is not stored`);
            if (FIELDS.has(box.maxclass) && (!box.annotation || !box.annotation_name)) say("P40", `${box.varname || box.id}: info text`);
            for (const [name, of] of Object.entries(box.saved_attribute_attributes ?? {})) {
                if (name !== "valueof" && !COLOURS.has(of.expression)) say("P41", `${of.expression} is no colour of the theme`);
            }
            if (["textedit", "umenu"].includes(box.maxclass) && !box.saved_attribute_attributes?.textcolor) {
                say("P42", `${box.varname || box.id} does not follow the theme`);
            }
            if (box.maxclass === "multislider" && (box.ignoreclick !== 1 || box.parameter_enable)) say("P43", "progress can be clicked");
        }
    }
    const generate = all[0].boxes.find((box) => box.varname === "all_generate");
    const value = generate?.saved_attribute_attributes?.valueof;
    if (generate?.mode !== 0 || value?.parameter_invisible !== 0) say("P44", "Generate is no button that can be mapped");
    const moved = all[0].boxes.find((box) => box.varname === "pg1_seed")?.saved_attribute_attributes.valueof;
    if (moved?.parameter_invisible === 0) say("P45", "the seed is automated, and the script moves it");
}

function pageOf(box) {
    return Number(/^pg(\d)_/.exec(box.varname ?? "")?.[1] ?? 0);
}

function overlap(a, b) {
    return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
}

function layout(all, top, say) {
    all.forEach(({ path, patcher, boxes: list }) => {
        const [width, height] = path ? patcher.rect.slice(2) : [top.devicewidth, HEIGHT];
        const shown = list.filter((box) => box.presentation === 1 && !box.background);
        for (const box of shown) {
            const [x, y, w, h] = box.presentation_rect;
            if (![x, y, w, h].every(Number.isInteger)) say("P46", `${box.varname || box.id} is not on whole pixels`);
            if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > width || y + h > height) say("P47", `${box.varname || box.id} is outside`);
            if (!path && !/^(all|pg[1-9])_[a-z0-9_]+$/.test(box.varname ?? "")) say("P48", `${box.varname || box.id}: no name of a page`);
            if (!path && (pageOf(box) > 1) !== (box.hidden === 1)) say("P49", `${box.varname} is shown at the wrong time at first`);
        }
        shown.forEach((box, n) => {
            for (const other of shown.slice(n + 1)) {
                const together = pageOf(box) === pageOf(other) || !pageOf(box) || !pageOf(other);
                if (together && overlap(box.presentation_rect, other.presentation_rect)) {
                    say("P50", `${box.varname || box.id} and ${other.varname || other.id} overlap`);
                }
            }
        });
        if (path && (patcher.openinpresentation !== 1 || !windowed(list))) say("P51", "the window has no float flag or close box");
    });
}

function windowed(list) {
    return list.some((box) => box.maxclass === "message" && /window flags float grow close title zoom,.*window exec/.test(box.text));
}

function named(all, files, say, top) {
    const used = [];
    for (const { boxes: list } of all) {
        for (const box of list) {
            const [name, file] = textOf(box).split(" ");
            const saved = box.saved_object_attributes ?? {};
            if (/(^|\s)(s|r|send|receive|dict|buffer~|coll) (?!---)/.test(box.maxclass === "newobj" ? box.text : "")) {
                say("P52", `${box.text}: a shared name without ---`);
            }
            if (/(^|[\s"])(\/|[A-Za-z]:[\\/]|~\/)\w/.test(box.text ?? "")) say("P53", `${box.text}: an absolute path`);
            if (name === "js") {
                used.push(file);
                if (saved.filename !== file || saved.parameter_enable !== 0) say("P54", `${box.text}: saved_object_attributes`);
            }
            if (name === "js" && file.startsWith("mdg-maxurl-") && !box.text.endsWith(" ---mdg")) {
                say("P52", "maxurl's dictionaries have no name of this instance");
            }
            if (name === "node.script") {
                used.push(file);
                if (saved.autostart !== 0 || saved.watch !== 0 || saved.defer !== 1) say("P55", "node.script: autostart 0, watch 0, defer 1");
            }
            if (name === "v8") say("P56", "v8 is not in Live 11");
        }
    }
    const cached = (top.dependency_cache ?? []).map(({ name }) => name);
    for (const file of used) {
        if (files && files.filter((name) => name === file).length !== 1) say("P57", `${file} does not come along exactly once`);
        if (!cached.includes(file)) say("P58", `${file} is not in dependency_cache`);
    }
    for (const file of files ?? []) if (!used.includes(file)) say("P57", `nothing uses ${file}`);
    if ((top.dependency_cache ?? []).some(({ bootpath, implicit }) => bootpath !== "." || implicit !== 1)) {
        say("P58", "dependency_cache: bootpath . and implicit 1");
    }
}
