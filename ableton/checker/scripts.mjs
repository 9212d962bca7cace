/* The rules of the scripts, by their syntax trees. */
import { createHash } from "node:crypto";
import { builtinModules } from "node:module";
import { parse } from "acorn";

const LONGEST_LINE = 1000;
const MOST_OBJECTS = 4;
const FORBIDDEN = {
    require: "require does not cache in js",
    setTimeout: "setTimeout: Task",
    setInterval: "setInterval: Task",
    console: "console: there is none",
    post: "post prints",
    messnamed: "messnamed",
    fetch: "fetch"
};
const OLD_CALLS = ["set_notes", "replace_selected_notes", "select_all_notes", "create_midi_clip_from_file"];

const walked = new WeakMap();

/* Every node of a tree with those around it, the nearest first. */
export function walk(tree) {
    if (!walked.has(tree)) {
        const found = [];
        gather(tree, [], found);
        walked.set(tree, found);
    }
    return walked.get(tree);
}

function gather(node, around, found) {
    found.push([node, around]);
    const inside = [node, ...around];
    for (const key in node) {
        for (const child of Array.isArray(node[key]) ? node[key] : [node[key]]) {
            if (child && typeof child.type === "string") gather(child, inside, found);
        }
    }
}

export const kindOf = (name) => /^mdg-(\w+)-/.exec(name)?.[1];

/* {name -> {kind, text, tree}} and problems. */
export function read(files) {
    const problems = [];
    const scripts = new Map();
    for (const [name, bytes] of files) {
        const kind = kindOf(name);
        const text = bytes.toString("utf8");
        const say = (rule, words) => problems.push({ rule, text: `${name}: ${words}` });
        const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
        if (!name.includes(hash)) say("S01", `its content has the hash ${hash}`);
        if (/[^\n\x20-\x7e]/.test(text)) say("S02", "is not plain ASCII with newlines");
        text.split("\n").forEach((line, n) => {
            if (line.length >= LONGEST_LINE) say("S03", `line ${n + 1} has ${line.length} characters`);
        });
        let tree;
        try {
            tree = treeOf(text, kind === "node" ? 2021 : 5);
        } catch (error) {
            say(kind === "node" ? "S04" : "S05", `${error.message}: ${kind === "node" ? "Node 16" : "ES5"} cannot read it`);
            continue;
        }
        scripts.set(kind, { name, text, tree });
        if (kind === "node") ofNode(tree, say);
        else ofMax(tree, say, kind);
    }
    return { scripts, problems };
}

const trees = new Map();

/* Raises SyntaxError. */
function treeOf(text, ecmaVersion) {
    if (!trees.has(text)) trees.set(text, parse(text, { ecmaVersion }));
    return trees.get(text);
}

function ofNode(tree, say) {
    for (const [node] of walk(tree)) {
        if (node.type === "CallExpression" && node.callee.name === "require") {
            const module = node.arguments[0]?.value;
            if (module !== "max-api" && !builtinModules.includes(module)) say("S06", `needs the module ${module}`);
        }
        if (node.type === "Identifier" && node.name === "fetch") say("S07", "uses fetch, which Node 16 has not");
        if (node.type === "ImportDeclaration" || node.type === "ImportExpression") say("S08", "imports: CommonJS");
    }
}

function ofMax(tree, say, kind) {
    let made = 0;
    const held = new Set();
    for (const [node, around] of walk(tree)) {
        if (node.type === "Identifier" && FORBIDDEN[node.name] && around[0]?.property !== node) say("S09", FORBIDDEN[node.name]);
        if (node.type === "NewExpression" && node.callee.name === "LiveAPI") {
            made += 1;
            if (kind !== "device") say("S10", "touches Live");
            if (!around.some(({ type }) => /Function/.test(type))) say("S11", "makes a LiveAPI object in global code");
        }
        if (node.type === "CallExpression" && node.callee.property?.name === "apply" && /^(outlet|messnamed)$/.test(node.callee.object.name)) {
            say("S12", `${node.callee.object.name}.apply has crashed Live`);
        }
        if (node.type === "Literal" && OLD_CALLS.includes(node.value)) say("S13", `${node.value} is gone from Live`);
        if (node.type === "CallExpression" && node.callee.name === "hold") held.add(node.arguments[0]?.value);
    }
    if (kind === "device" && (made !== 1 || held.size > MOST_OBJECTS)) {
        say("S14", `holds ${held.size} LiveAPI objects, made at ${made} places`);
    }
    if (globals(tree).autowatch !== 0) say("S15", "autowatch is not 0");
}

/* What global code assigns: names to numbers. */
export function globals(tree) {
    const found = {};
    for (const { type, expression } of tree.body) {
        if (type === "ExpressionStatement" && expression.type === "AssignmentExpression" && expression.left.type === "Identifier") {
            found[expression.left.name] = expression.right.value;
        }
    }
    return found;
}

/* The value of `var NAME = ...` in global code, where it is plain data. */
export function constant(tree, name) {
    for (const { type, declarations } of tree.body) {
        if (type !== "VariableDeclaration") continue;
        for (const { id, init } of declarations) if (id.name === name) return plain(init);
    }
    return undefined;
}

function plain(node) {
    if (node.type === "Literal") return node.value;
    if (node.type === "ArrayExpression") return node.elements.map(plain);
    if (node.type === "UnaryExpression") return -node.argument.value;
    if (node.type === "ObjectExpression") {
        return Object.fromEntries(node.properties.map(({ key, value }) => [key.name ?? key.value, plain(value)]));
    }
    return undefined;
}
