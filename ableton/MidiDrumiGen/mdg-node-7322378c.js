var VERSION = "0.1.0";

/*
 * What the device can ask for: of each verb the method, the path and what of the answer is read.
 *
 * path   {name} takes a field out of the request; what is left is the query of a GET, the body of a POST
 * notes  where in the body the client's own notes stand
 * top    values of the answer, told under their last word
 * lists  lists of the answer, told item by item
 * clips  whether the answer, its `result` or its `provisional` may hold clips or a song's sections
 */
var VERBS = {
    health: { method: "get", path: "/healthz", top: ["status", "version", "api_version"] },
    known: {
        method: "get",
        path: "/api/v1/research/{artist}",
        top: ["artist", "exists", "status", "confidence", "message"]
    },
    artists: { method: "get", path: "/api/v1/artists", lists: { artists: ["name", "confidence"] } },
    similar: {
        method: "get",
        path: "/api/v1/similar/{artist}",
        lists: { similar: ["name", "similarity", "reason"] }
    },
    profile: {
        method: "get",
        path: "/api/v1/artists/{artist}",
        top: ["artist.name", "text_description", "confidence_score"],
        lists: { styles: ["name"] }
    },
    generate: { method: "post", path: "/api/v1/generate?notes_flat=true", notes: "lock.notes", clips: true },
    song: { method: "post", path: "/api/v1/song?notes_flat=true", clips: true },
    humanize: { method: "post", path: "/api/v1/humanize?notes_flat=true", notes: "notes", clips: true },
    research: { method: "post", path: "/api/v1/research", clips: true },
    augment: { method: "post", path: "/api/v1/augment/{artist}", clips: true },
    task: {
        method: "get",
        path: "/api/v1/task/{task_id}?notes_flat=true",
        top: ["progress", "stage", "position", "estimate_seconds", "error"],
        lists: { sources: ["source", "status", "documents"] },
        clips: true
    },
    stop: { method: "post", path: "/api/v1/task/{task_id}/cancel", top: ["status"] }
};
/* of an answer that may hold clips: the task that it speaks of, */
var ACCEPTED = ["task_id", "status", "message"];
/* and of what was made; a value can be told under another word */
var MADE = ["artist", "seed", "tempo", "time_signature", "bars", "message as remark"];
/* of every clip or section */
var OF_CLIP = ["name", "kind", "bars"];
/* of an error: RFC 9457 */
var PROBLEM = ["title", "detail"];

/* Values as plain JavaScript: Max gives dictionaries where JSON had objects. */
function isList(value) {
    return Object.prototype.toString.call(value) === "[object Array]";
}

function isObject(value) {
    return typeof value === "object" && value !== null;
}

/* The value at "a.b" of an object or of a Dict; undefined where there is none. */
function at(whole, path) {
    var words = path.split(".");
    var here = whole;
    for (var n = 0; n < words.length; n++) {
        if (!isObject(here)) {
            return undefined;
        }
        if (typeof here.get === "function" && typeof here.getkeys === "function") {
            here = here.get(words[n]);
        } else {
            here = Object.prototype.hasOwnProperty.call(here, words[n]) ? here[words[n]] : undefined;
        }
    }
    return here === null ? undefined : here;
}

/* The names in an object or a Dict. */
function keysOf(whole) {
    if (!isObject(whole)) {
        return [];
    }
    if (typeof whole.getkeys === "function") {
        var keys = whole.getkeys();
        if (keys === null || keys === undefined) {
            return [];
        }
        return isList(keys) ? keys : [keys];
    }
    return Object.keys(whole);
}

/* A list as it was: Max makes the item of a list of one, and what is flat is keyed by its places. */
function listed(value) {
    if (value === undefined || value === null) {
        return [];
    }
    if (isList(value)) {
        return value;
    }
    var places = keysOf(value);
    return isObject(value) && places.every(isPlace) ? inOrder(places).map(function (place) {
        return at(value, place);
    }) : [value];
}

function isPlace(key) {
    return /^[0-9]+$/.test(key);
}

function inOrder(places) {
    return places.slice().sort(function (a, b) {
        return a - b;
    });
}

/* A text without what encodeURIComponent refuses: halves of pairs. */
function whole(text) {
    return String(text)
        .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/g, "")
        .replace(/(^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "$1");
}

/* From a request of the device, [field, value, ...], to what is sent by HTTP. */
var LONGEST_FORM = 900; // characters; a longer body goes as JSON, where notes are numbers
var LONGEST_PATH = 900;

function fieldsOf(pairs) {
    var fields = {};
    for (var n = 0; n + 1 < pairs.length; n += 2) {
        fields[String(pairs[n])] = pairs[n + 1];
    }
    return fields;
}

/*
 * {method, path, form} or {method, path, body}: `form` is text as a form is encoded; `body` an object, nested where a
 * field has a dot. Throws Error for a verb that is none, or a field of the path that is missing.
 */
function asked(verb, fields, notes) {
    if (!Object.prototype.hasOwnProperty.call(VERBS, verb)) {
        throw new Error("there is no verb " + verb);
    }
    var of = VERBS[verb];
    var left = {};
    var name;
    for (name in fields) {
        left[name] = fields[name];
    }
    var path = of.path.replace(/\{(\w+)\}/g, function (all, word) {
        var value = left[word];
        delete left[word];
        if (value === undefined || value === "") {
            throw new Error(word + " is missing");
        }
        return encodeURIComponent(whole(value));
    });
    if (of.method === "get") {
        var query = formOf(left);
        path += query ? (path.indexOf("?") < 0 ? "?" : "&") + query : "";
    }
    if (path.length > LONGEST_PATH) {
        throw new Error("the name is too long");
    }
    if (of.method === "get") {
        return { method: "get", path: path };
    }
    if (!notes.length) {
        var form = formOf(left);
        if (form.length <= LONGEST_FORM) {
            return { method: "post", path: path, form: form };
        }
    }
    var body = nested(left);
    if (notes.length) {
        put(body, of.notes, notes);
    }
    return { method: "post", path: path, body: body };
}

function formOf(fields) {
    var flat = nested(fields);
    var parts = [];
    for (var name in flat) {
        var value = isObject(flat[name]) ? JSON.stringify(flat[name]) : flat[name];
        parts.push(encodeURIComponent(name) + "=" + encodeURIComponent(whole(value)));
    }
    return parts.join("&");
}

function nested(fields) {
    var body = {};
    for (var name in fields) {
        put(body, name, fields[name]);
    }
    return body;
}

function put(body, path, value) {
    var words = path.split(".");
    var here = body;
    for (var n = 0; n < words.length - 1; n++) {
        if (!isObject(here[words[n]])) {
            here[words[n]] = {};
        }
        here = here[words[n]];
    }
    here[words[words.length - 1]] = value;
}

/* What every request carries. */
function headersOf(request, key, version) {
    var headers = ["X-MDG-Client: MidiDrumiGen-device/" + version, "Accept: application/json"];
    if (key) {
        headers.push("X-API-Key: " + key);
    }
    if (request.method === "post") {
        headers.push("Content-Type: " + (request.body ? "application/json" : "application/x-www-form-urlencoded"));
    }
    return headers;
}

/* From an answer to messages for the device: texts are short, notes are numbers. */
var LONGEST_TEXT = 240; // characters of a text
var NOTES_A_MESSAGE = 200;
var MOST_ITEMS = 64; // of a list; a song has at most 64 sections, research fewer sources

/* Tell the device the answer to a request; `send` takes one message as a list. */
function tell(send, id, verb, status, body) {
    send(["answer", id, status]);
    if (status >= 400) {
        tellTop(send, id, body, PROBLEM);
        tellList(send, id, "candidates", at(body, "candidates"), ["name", "disambiguation", "mbid"]);
    } else {
        var of = VERBS[verb];
        tellTop(send, id, body, of.top || []);
        for (var list in of.lists || {}) {
            tellList(send, id, list, at(body, list), of.lists[list]);
        }
        if (of.clips) {
            tellTop(send, id, body, ACCEPTED);
            tellMade(send, id, body);
        }
    }
    send(["end", id]);
}

/* The clips of an answer: its own, or those of a finished task, or those that stand in. */
function tellMade(send, id, body) {
    var made = body;
    if (isObject(at(body, "result"))) {
        made = at(body, "result");
    } else if (isObject(at(body, "provisional"))) {
        made = at(body, "provisional");
        send(["say", id, "top", 0, "provisional", 1]);
    }
    tellTop(send, id, made, MADE);
    var group = at(made, "sections") !== undefined ? "sections" : "clips";
    var parts = at(made, group);
    if (at(made, "notes_flat") !== undefined) {
        tellNotes(send, id, 1, at(made, "notes_flat"));
        return;
    }
    inOrder(keysOf(parts).filter(isPlace))
        .slice(0, MOST_ITEMS)
        .forEach(function (place) {
            var part = at(parts, place);
            tellItem(send, id, group, Number(place), part, OF_CLIP);
            tellNotes(send, id, Number(place), at(part, "notes_flat"));
        });
}

function tellTop(send, id, body, paths) {
    tellItem(send, id, "top", 0, body, paths);
}

function tellList(send, id, group, list, fields) {
    listed(list)
        .slice(0, MOST_ITEMS)
        .forEach(function (item, index) {
            tellItem(send, id, group, index + 1, item, fields);
        });
}

function tellItem(send, id, group, index, item, paths) {
    paths.forEach(function (path) {
        var words = path.split(" as ");
        var value = atom(at(item, words[0]));
        if (value !== undefined) {
            send(["say", id, group, index, words[1] || words[0].split(".").pop(), value]);
        }
    });
}

/* notes <id> <clip> <part> <parts> p t d v p t d v ... */
function tellNotes(send, id, clip, flat) {
    var numbers = listed(flat);
    var size = NOTES_A_MESSAGE * 4;
    var parts = Math.max(1, Math.ceil(numbers.length / size));
    for (var part = 1; part <= parts; part++) {
        send(["notes", id, clip, part, parts].concat(numbers.slice((part - 1) * size, part * size)));
    }
}

/* A value as Max takes it: a number, or a text that is not too long; undefined for what is neither. */
function atom(value) {
    if (typeof value === "boolean") {
        return value ? 1 : 0;
    }
    if (typeof value === "number" && isFinite(value)) {
        return value;
    }
    if (typeof value !== "string" || value === "") {
        return undefined;
    }
    return value.length > LONGEST_TEXT ? whole(value.slice(0, LONGEST_TEXT - 3)) + "..." : value;
}

/* Notes of the device's own, told in parts before the request that they belong to. */
function Own() {
    this.parts = {};
}

Own.prototype.take = function (atoms) {
    var id = atoms[0];
    if (!this.parts[id]) {
        this.parts = {}; // one request at a time: what came for another is stale
        this.parts[id] = [];
    }
    this.parts[id][atoms[2] - 1] = atoms.slice(4);
};

Own.prototype.of = function (id) {
    var parts = this.parts[id] || [];
    this.parts = {};
    return Array.prototype.concat.apply([], parts);
};

/*
 * The second transport: HTTP by Node for Max, with core modules alone (syntax of Node 16).
 * Handlers are the messages of the device; outlets are messages to it.
 */
const max = require("max-api");
const http = require("http");

const SECONDS = 90;
const MOST_BYTES = 8 * 1024 * 1024;

let host = "127.0.0.1";
let port = 8711;
let apiKey = "";
let current = null;
const own = new Own();

max.addHandlers({
    hello: () => send(["ready", "node", VERSION]),
    server: (name, number) => {
        host = String(name);
        port = Number(number);
    },
    key: (...words) => {
        apiKey = words.join(" ");
    },
    notes: (...atoms) => own.take(atoms),
    request: (id, verb, ...pairs) => begin(id, String(verb), fieldsOf(pairs)),
    cancel: (id) => {
        if (current && current.id === id) {
            abort();
        }
    }
});
send(["ready", "node", VERSION]);

function begin(id, verb, fields) {
    abort();
    let what;
    try {
        what = asked(verb, fields, own.of(id));
    } catch (error) {
        send(["error", id, "request", error.message]);
        return;
    }
    const body = what.body ? JSON.stringify(what.body) : what.form || "";
    const headers = { Connection: "close", "Content-Length": Buffer.byteLength(body) };
    headersOf(what, apiKey, VERSION).forEach((line) => {
        const colon = line.indexOf(": ");
        headers[line.slice(0, colon)] = line.slice(colon + 2);
    });
    const mine = { id, verb, line: null };
    current = mine;
    const failed = (code, text) => {
        if (current === mine) {
            current = null;
            send(["error", id, code, text]);
        }
    };
    try {
        mine.line = http.request({ host, port, method: what.method.toUpperCase(), path: what.path, headers });
    } catch (error) {
        failed("request", "host, port or key cannot be used: see Setup");
        return;
    }
    mine.line.setTimeout(SECONDS * 1000, () => {
        failed("timeout", "the backend does not answer");
        mine.line.destroy();
    });
    mine.line.on("error", () => failed("refused", "the backend does not answer"));
    mine.line.on("response", (response) => read(response, mine, failed));
    mine.line.end(body);
}

function read(response, mine, failed) {
    const parts = [];
    let size = 0;
    response.on("data", (part) => {
        size += part.length;
        if (size > MOST_BYTES) {
            failed("answer", "the answer is too large");
            mine.line.destroy();
        } else {
            parts.push(part);
        }
    });
    response.on("aborted", () => failed("refused", "the backend broke off"));
    response.on("end", () => {
        if (current !== mine) {
            return;
        }
        let body;
        try {
            body = JSON.parse(Buffer.concat(parts).toString("utf8"));
        } catch (error) {
            body = null;
        }
        if (!isObject(body)) {
            failed("answer", "the answer cannot be read: is this MidiDrumiGen's port?");
            return;
        }
        current = null;
        tell(send, mine.id, mine.verb, response.statusCode, body);
    });
}

function abort() {
    if (current) {
        const line = current.line;
        current = null;
        if (line) {
            line.destroy();
        }
    }
}

function send(message) {
    max.outlet(...message);
}
