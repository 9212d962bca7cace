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
