/* The rules of what scripts, patch and transports say to each other. */
import { readFileSync } from "node:fs";
import { nameOf } from "./patch.mjs";
import { constant, globals, walk } from "./scripts.mjs";

const MESSAGES = JSON.parse(readFileSync(new URL("../protocol/messages.json", import.meta.url), "utf8"));
const TALK = ["maxurl", "node"];
const MOST_NOTES = 200;
const LONGEST = 1000;

export function check(top, scripts) {
    const problems = [];
    const say = (rule, text) => problems.push({ rule, text });
    const device = scripts.get("device");
    if (!device || TALK.some((kind) => !scripts.has(kind))) {
        say("M01", "a script is missing");
        return problems;
    }
    const hears = Object.fromEntries([...scripts].map(([kind, { tree }]) => [kind, handlers(tree)]));
    const sends = Object.fromEntries([...scripts].map(([kind, { tree }]) => [kind, selectors(tree)]));
    transports(hears, sends, say);
    patchToScript(top, scripts, hears, say);
    scriptToPatch(top, device.tree, say);
    limits(scripts, say);
    return problems;
}

/* What a script can be told: top-level functions, or the handlers of max-api. */
function handlers(tree) {
    const names = new Set();
    for (const node of tree.body) if (node.type === "FunctionDeclaration") names.add(node.id.name);
    for (const [node] of walk(tree)) {
        if (node.type === "CallExpression" && node.callee.property?.name === "addHandlers") {
            names.clear();
            for (const { key } of node.arguments[0].properties) names.add(key.name);
            break;
        }
    }
    return names;
}

/* The first word of an array, through conditions and concatenations. */
function firstWords(node) {
    if (node?.type === "ArrayExpression") return node.elements[0]?.type === "Literal" ? [node.elements[0].value] : [];
    if (node?.type === "ConditionalExpression") return [...firstWords(node.consequent), ...firstWords(node.alternate)];
    if (node?.type === "CallExpression" && node.callee.property?.name === "concat") return firstWords(node.callee.object);
    return [];
}

/* Selectors that a script sends to the other side of the talk. */
function selectors(tree) {
    const found = new Set();
    for (const [node] of walk(tree)) {
        if (node.type !== "CallExpression") continue;
        const { callee, arguments: given } = node;
        const isTalk = callee.name === "out" || callee.name === "send";
        const isOutlet = callee.name === "outlet" && given[0]?.object?.name === "TO_TRANSPORT";
        if (isTalk || isOutlet) for (const word of firstWords(given[isTalk ? 0 : 1])) found.add(word);
    }
    return found;
}

function transports(hears, sends, say) {
    for (const word of sends.device) {
        if (word === "script") continue; // node.script's own
        if (!MESSAGES.toTransport[word]) say("M02", `the device sends ${word}, which the protocol has not`);
        for (const kind of TALK) if (!hears[kind].has(word)) say("M03", `${kind} does not hear ${word}`);
    }
    for (const kind of TALK) {
        for (const word of sends[kind]) {
            if (!MESSAGES.toDevice[word]) say("M02", `${kind} sends ${word}, which the protocol has not`);
            if (!hears.device.has(word)) say("M04", `the device does not hear ${word} of ${kind}`);
        }
        for (const word in MESSAGES.toDevice) if (!sends[kind].has(word)) say("M05", `${kind} never sends ${word}`);
    }
    for (const word in MESSAGES.toTransport) if (!sends.device.has(word)) say("M05", `the device never sends ${word}`);
}

/* Messages that boxes send into a js box: the words of prepend and message boxes, with the names of the window. */
function* intoScripts(top) {
    const boxes = new Map(top.boxes.map(({ box }) => [box.id, box]));
    for (const { patchline } of top.lines) {
        const from = boxes.get(patchline.source[0]);
        const to = boxes.get(patchline.destination[0]);
        if (!from || !to || nameOf(to) !== "js") continue;
        const file = to.text.split(" ")[1];
        if (nameOf(from) === "prepend") yield [file, from.text.split(" ").slice(1)];
        if (from.maxclass === "message") yield [file, from.text.split(" ")];
        if (nameOf(from) === "p") {
            for (const { box } of from.patcher.boxes) {
                if (nameOf(box) === "prepend") yield [file, box.text.split(" ").slice(1)];
            }
        }
        if (nameOf(from) === "maxurl") yield [file, ["dictionary"]];
    }
}

function patchToScript(top, scripts, hears, say) {
    const kinds = Object.fromEntries([...scripts].map(([kind, { name }]) => [name, kind]));
    const state = constant(scripts.get("device").tree, "state") ?? {};
    const pressed = new Set();
    for (const [node] of walk(scripts.get("device").tree)) {
        const isTest = node.type === "BinaryExpression" && node.left.name === "button";
        if (isTest && node.right.type === "Literal") pressed.add(node.right.value);
    }
    const used = new Set();
    for (const [file, [selector, face, name]] of intoScripts(top)) {
        const kind = kinds[file];
        if (!hears[kind]?.has(selector)) say("M06", `the patch tells ${kind} ${selector}, which it does not hear`);
        if (selector === "control" && typeof state[name] !== "number") say("M07", `control ${name} is no number of the script`);
        if (selector === "typed" && typeof state[name] !== "string") say("M08", `typed ${name} is no text of the script`);
        if (selector === "press" && !pressed.has(face)) say("M09", `the button ${face} does nothing`);
        used.add(selector === "press" ? `press ${face}` : name);
    }
    for (const name of pressed) if (!used.has(`press ${name}`)) say("M10", `no button says ${name}`);
    for (const name in state) if (!used.has(name)) say("M10", `no control says ${name}`);
}

function scriptToPatch(top, tree, say) {
    const boxes = top.boxes.map(({ box }) => box);
    const routes = boxes.filter((box) => nameOf(box) === "route");
    const names = new Set(routes.flatMap((box) => box.text.split(" ").slice(1)));
    for (const [node] of walk(tree)) {
        if (node.type !== "CallExpression") continue;
        const { callee, arguments: given } = node;
        const isScreen = callee.object?.name === "screen" && ["set", "note", "list", "setIn", "bang"].includes(callee.property.name);
        const at = ["setIn", "bang"].includes(callee.property?.name) ? 1 : 0;
        const shown = isScreen ? given[at] : callee.name === "both" ? given[0] : null;
        if (shown?.type === "Literal" && !names.has(shown.value)) say("M11", `nothing shows ${shown.value}`);
    }
    for (const box of routes) {
        const count = box.text.split(" ").length - 1;
        const open = new Set(top.lines.filter(({ patchline }) => patchline.source[0] === box.id).map(({ patchline }) => patchline.source[1]));
        for (let outlet = 0; outlet < count; outlet++) {
            if (!open.has(outlet)) say("M12", `${box.text.split(" ")[outlet + 1]} goes nowhere`);
        }
    }
    const pages = constant(tree, "PAGES") ?? {};
    const listed = Object.entries(pages).flatMap(([page, list]) => list.map((name) => [page, name]));
    const there = boxes.filter((box) => /^pg\d_/.test(box.varname ?? "")).map((box) => box.varname);
    if (listed.some(([page, name]) => !name.startsWith(`pg${page}_`)) || listed.map(([, name]) => name).sort().join() !== there.sort().join()) {
        say("M13", "the pages of the script are not those of the patch");
    }
    if (!boxes.some((box) => box.maxclass === "message" && /^;\s*max launchbrowser \$1$/.test(box.text))) say("M14", "no ; max launchbrowser");
    for (const name of constant(tree, "ASKED") ?? []) {
        const box = boxes.find(({ varname }) => varname?.replace(/^(all|pg\d)_/, "") === name);
        if (!box || box.maxclass === "live.text") say("M15", `${name} cannot be asked by a bang`);
    }
}

function limits(scripts, say) {
    for (const [kind, { tree, text }] of scripts) {
        const values = [];
        for (const [node] of walk(tree)) {
            if (node.type === "VariableDeclarator" && /^NOTES_A_MESSAGE$/.test(node.id.name)) values.push(node.init.value);
            if (node.type === "VariableDeclarator" && /^LONGEST_/.test(node.id.name) && !(node.init.value <= LONGEST)) {
                say("M16", `${kind}: ${node.id.name} is beyond ${LONGEST}`);
            }
        }
        if (!values.length || values.some((value) => !(value <= MOST_NOTES))) say("M17", `${kind}: more than ${MOST_NOTES} notes a message`);
        if (kind !== "device" && !text.includes("X-MDG-Client: ")) say("M18", `${kind}: requests without X-MDG-Client`);
    }
    const versions = new Set([...scripts.values()].map(({ tree }) => constant(tree, "VERSION")));
    if (versions.size !== 1 || versions.has(undefined)) say("M19", "the scripts are of several versions");
    if (globals(scripts.get("device").tree).outlets !== 5) say("M20", "the device's outlets are not strip, window, patcher, maxurl, node");
}
