/*
 * A Max that is not there: runs a patcher taken out of an .amxd, with its scripts, against a fake Live.
 *
 * A message is a list of atoms; a bang is ["bang"], a number [4]. Messages go depth first, outlets right to left, as in
 * Max. `faults` gathers what Max would refuse, print or choke on.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { Dicts, isArray } from "./dict.mjs";
import { Maxurl } from "./maxurl.mjs";
import { NodeScript } from "./nodescript.mjs";

export const LONGEST_TEXT = 1000;
let instances = 0;

export class FakeMax {
    /* options: maxurl (mode), node ({starts}), pace (ms of a script's timer -> ms that are waited), device */
    constructor({ patcher, files }, live, options = {}) {
        Object.assign(this, { files, live });
        this.options = { maxurl: "works", node: {}, pace: (ms) => ms, ...options };
        this.instance = String(++instances).padStart(3, "0");
        this.faults = [];
        this.dicts = new Dicts();
        this.texts = new Set(); // distinct texts that crossed a cord or went into a dictionary
        this.longest = 0;
        this.sentToMax = [];
        this.crossed = []; // every message that crossed a cord: [from, outlet, atoms]
        this.timers = new Set();
        this.isOpen = false; // the window
        this.folder = mkdtempSync(join(tmpdir(), "mdg-device-"));
        this.top = new Patcher(this, patcher);
    }

    note(atoms) {
        for (const atom of atoms) {
            if (typeof atom === "string") {
                this.longest = Math.max(this.longest, atom.length);
                this.texts.add(atom);
                if (atom.length > LONGEST_TEXT) this.faults.push(`a text of ${atom.length} characters`);
            } else if (typeof atom !== "number" || !Number.isFinite(atom)) {
                this.faults.push(`no atom of Max: ${typeof atom} ${String(atom)}`);
            }
        }
    }

    later(act, ms) {
        const timer = setTimeout(() => {
            this.timers.delete(timer);
            act();
        }, ms);
        this.timers.add(timer);
        return timer;
    }

    /* The device is loaded: live.thisdevice bangs. */
    load() {
        this.live.isReady = true;
        this.top.find("live.thisdevice").out(0, ["bang"]);
    }

    /* The box of the strip by its varname. */
    box(varname) {
        const found = this.top.boxes.find((box) => box.varname === varname);
        if (!found) throw new Error(`no box ${varname}`);
        return found;
    }

    /* The box of the window by the words that it sends. */
    inWindow(words) {
        const { inner } = this.top.find("p");
        const sender = inner.boxes.find((box) => box.words.join(" ") === words);
        const [key] = [...inner.cords].find(([, ends]) => ends.some(([id]) => id === sender.id));
        return inner.byId.get(key.split(" ")[0]);
    }

    type(text, varname = "all_artist") {
        const box = this.box(varname);
        box.text = text;
        box.in(0, ["bang"]);
    }

    press(varname) {
        this.box(varname).out(0, ["bang"]);
    }

    set(varname, value) {
        const box = this.box(varname);
        box.value = value;
        box.out(0, [value]);
    }

    status() {
        return this.box("all_status").text;
    }

    async until(condition, what, ms = 20000) {
        const end = Date.now() + ms;
        while (!condition()) {
            if (Date.now() > end) throw new Error(`did not happen: ${what}; status: ${this.status()}`);
            await new Promise((done) => setTimeout(done, 5));
        }
    }

    /* Until the status says something that matches; what it says. */
    async says(pattern, ms) {
        await this.until(() => pattern.test(this.status()), String(pattern), ms);
        return this.status();
    }

    close() {
        this.top.find("closebang").out(0, ["bang"]);
        for (const timer of this.timers) clearTimeout(timer);
        rmSync(this.folder, { recursive: true, force: true });
    }
}

class Patcher {
    constructor(max, json, outer = null) {
        Object.assign(this, { max, outer });
        this.boxes = json.boxes.map(({ box }) => make(this, box));
        this.byId = new Map(this.boxes.map((box) => [box.id, box]));
        this.cords = new Map();
        for (const { patchline } of json.lines) {
            const key = patchline.source.join(" ");
            this.cords.set(key, [...(this.cords.get(key) ?? []), patchline.destination]);
        }
        for (const box of this.boxes) box.begin();
    }

    find(name) {
        return this.boxes.find((box) => box.name === name);
    }

    send(box, outlet, atoms) {
        this.max.note(atoms);
        this.max.crossed.push([box.name, outlet, atoms]);
        for (const [id, inlet] of this.cords.get(`${box.id} ${outlet}`) ?? []) {
            this.byId.get(id).in(inlet, atoms);
        }
    }
}

class Box {
    constructor(patcher, json) {
        const words = (json.maxclass === "newobj" ? json.text : json.maxclass).split(" ");
        Object.assign(this, { patcher, json, max: patcher.max, id: json.id, name: words[0], words: words.slice(1) });
        this.varname = json.varname ?? "";
        this.hidden = json.hidden ?? 0;
        this.text = json.text ?? "";
    }

    begin() {}

    out(outlet, atoms) {
        this.patcher.send(this, outlet, atoms);
    }

    refuse(atoms) {
        this.max.faults.push(`${this.name} ${this.varname} does not understand ${atoms.join(" ").slice(0, 80)}`);
    }

    in(inlet, atoms) {
        this.refuse(atoms);
    }
}

class Route extends Box {
    in(inlet, atoms) {
        const index = this.words.indexOf(String(atoms[0]));
        if (index < 0) {
            // what a face does not show goes nowhere
            if (!this.patcher.outer) this.max.faults.push(`no route for ${atoms[0]}`);
            return;
        }
        this.out(index, atoms.length > 1 ? atoms.slice(1) : ["bang"]);
    }
}

class Prepend extends Box {
    in(inlet, atoms) {
        this.out(0, [...this.words, ...atoms]);
    }
}

class Trigger extends Box {
    in(inlet, atoms) {
        for (let n = this.words.length - 1; n >= 0; n--) {
            this.out(n, this.words[n] === "b" ? ["bang"] : atoms);
        }
    }
}

class Deferlow extends Box {
    in(inlet, atoms) {
        this.max.later(() => this.out(0, atoms), 0);
    }
}

class Onebang extends Box {
    in() {
        const outlet = this.isDone ? 1 : 0;
        this.isDone = true;
        this.out(outlet, ["bang"]);
    }
}

class Message extends Box {
    in(inlet, atoms) {
        const filled = (word) => (/^\$\d$/.test(word) ? atoms[word[1] - 1] : /^-?\d+$/.test(word) ? Number(word) : word);
        for (const part of this.text.split(",")) {
            const words = part.trim().split(/\s+/).map(filled);
            if (words[0] === ";") {
                this.max.sentToMax.push(words.slice(1));
            } else {
                this.out(0, words);
            }
        }
    }
}

class Js extends Box {
    begin() {
        const { max } = this;
        const box = this;
        const file = this.words[0];
        class Task {
            constructor(act) {
                this.act = act;
            }
            schedule(ms = 0) {
                this.cancel();
                this.timer = max.later(() => box.run(() => this.act()), max.options.pace(ms));
            }
            cancel() {
                clearTimeout(this.timer);
            }
        }
        const scope = {
            outlet(index, ...values) {
                if (!(index < scope.outlets)) max.faults.push(`${file} has no outlet ${index}`);
                box.out(index, values.flatMap((value) => (isArray(value) ? Array.from(value) : [value])));
            },
            post: (text) => max.faults.push(`${file} prints ${text}`),
            jsarguments: [file, ...this.words.slice(1).map((word) => word.replace("---", max.instance))],
            Task,
            Dict: max.dicts.Dict((values) => max.note(values)),
            LiveAPI: max.live.LiveAPI(max.options.device)
        };
        this.scope = vm.createContext(scope);
        vm.runInContext(max.files.get(file).toString(), this.scope, { filename: file });
    }

    run(act) {
        try {
            act();
        } catch (error) {
            this.max.faults.push(`${this.words[0]}: ${error.stack}`);
        }
    }

    in(inlet, atoms) {
        const handler = this.scope[atoms[0]];
        if (typeof handler !== "function" || handler.local) {
            this.refuse(atoms);
        } else {
            this.run(() => handler(...atoms.slice(1)));
        }
    }
}

class Node extends Box {
    begin() {
        const file = join(this.max.folder, this.words[0]);
        writeFileSync(file, this.max.files.get(this.words[0]));
        this.script = new NodeScript(file, (outlet, atoms) => this.out(outlet, atoms), this.max.options.node);
    }

    in(inlet, atoms) {
        this.script.message(atoms);
    }
}

class Url extends Box {
    begin() {
        const back = (atoms) => this.out(0, atoms);
        this.url = new Maxurl(this.max.dicts, this.max.faults, back, this.max.options.maxurl);
    }

    in(inlet, atoms) {
        this.url.message(atoms);
    }
}

class Thispatcher extends Box {
    in(inlet, [word, verb, name, key, value]) {
        if (word === "window") {
            return;
        }
        const found = this.patcher.boxes.find((box) => box.varname === name);
        if (word !== "script" || verb !== "sendbox" || !found || key !== "hidden") {
            this.refuse([word, verb, name, key]);
        } else {
            found.hidden = value;
        }
    }
}

class Pcontrol extends Box {
    in(inlet, [word]) {
        this.max.isOpen = word === "open";
    }
}

class Sub extends Box {
    begin() {
        this.inner = new Patcher(this.max, this.json.patcher, this);
    }

    in(inlet, atoms) {
        this.inner.find("inlet").out(0, atoms);
    }
}

class Outlet extends Box {
    in(inlet, atoms) {
        this.patcher.outer.out(0, atoms);
    }
}

class Textedit extends Box {
    in(inlet, [word, ...values]) {
        if (word === "set") this.text = values.join(" ");
        else if (word === "bang") this.out(0, this.text === "" ? ["bang"] : ["text", this.text]);
        else this.refuse([word]);
    }
}

class Umenu extends Box {
    items = [];

    in(inlet, [word, ...values]) {
        if (word === "clear") this.items = [];
        else if (word === "append") this.items.push(values.join(" "));
        else this.refuse([word]);
    }

    choose(text) {
        this.out(1, [/^\d+$/.test(text) ? Number(text) : text]);
        this.out(0, [this.items.indexOf(text)]);
    }
}

class Comment extends Box {
    in(inlet, [word, ...values]) {
        if (word === "set") this.text = values.join(" ");
        else this.refuse([word]);
    }
}

class Multislider extends Box {
    in(inlet, [value]) {
        this.value = value;
    }
}

class Parameter extends Box {
    begin() {
        [this.value] = this.json.saved_attribute_attributes.valueof.parameter_initial;
    }

    in(inlet, [word, value]) {
        if (word === "set") this.value = value;
        else if (word === "active") this.active = value;
        else if (word === "bang" && this.name !== "live.text") this.out(0, [this.value]);
        else this.refuse([word]);
    }
}

const KINDS = {
    route: Route,
    prepend: Prepend,
    t: Trigger,
    deferlow: Deferlow,
    onebang: Onebang,
    message: Message,
    js: Js,
    "node.script": Node,
    maxurl: Url,
    thispatcher: Thispatcher,
    pcontrol: Pcontrol,
    p: Sub,
    outlet: Outlet,
    textedit: Textedit,
    umenu: Umenu,
    "live.comment": Comment,
    multislider: Multislider,
    "live.numbox": Parameter,
    "live.menu": Parameter,
    "live.tab": Parameter,
    "live.text": Parameter
};

function make(patcher, json) {
    const name = json.maxclass === "newobj" ? json.text.split(" ")[0] : json.maxclass;
    return new (KINDS[name] ?? Box)(patcher, json);
}
