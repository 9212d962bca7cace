/*
 * The first transport: HTTP by Max's own object maxurl.
 * inlet 0: messages of the device, and `dictionary <name>` of maxurl; outlet 0: to the device; outlet 1: to maxurl.
 */
autowatch = 0;
inlets = 1;
outlets = 2;

var NAME = jsarguments.length > 1 ? String(jsarguments[1]) : "---mdg";
var ANSWERS = 8; // names of answers, taken in turn: a late answer to an earlier request has another name
var CONNECT_SECONDS = 4;
var SECONDS = 90;

var host = "127.0.0.1";
var port = 8711;
var apiKey = "";
var current = null;
var turn = 0;
var own = new Own();

function hello() {
    send(["ready", "maxurl", VERSION]);
}

function server(name, number) {
    host = String(name);
    port = Number(number);
}

function key() {
    apiKey = Array.prototype.slice.call(arguments).join(" ");
}

function notes() {
    own.take(Array.prototype.slice.call(arguments));
}

function request() {
    var atoms = Array.prototype.slice.call(arguments);
    var id = atoms[0];
    var verb = String(atoms[1]);
    if (current) {
        abort();
    }
    turn = (turn + 1) % ANSWERS;
    current = { id: id, verb: verb, name: NAME + "-answer-" + turn };
    try {
        var what = asked(verb, fieldsOf(atoms.slice(2)), own.of(id));
        outlet(1, "dictionary", ask(what, current.name));
    } catch (error) {
        fail(id, "request", error.message);
    }
}

function cancel(id) {
    if (current && current.id === id) {
        abort();
    }
}

/* maxurl has an answer in a dictionary. */
function dictionary(name) {
    if (!current || String(name) !== current.name) {
        return; // of a request that was given up
    }
    var answer = new Dict(current.name);
    var id = current.id;
    var verb = current.verb;
    var failure = answer.get("error");
    var status = Number(answer.get("status"));
    if (failure !== undefined && failure !== null && !(status >= 100)) {
        fail(id, /time/i.test(String(failure)) ? "timeout" : "refused", "the backend does not answer");
        return;
    }
    var body = bodyOf(answer);
    if (!(status >= 100) || body === null) {
        fail(id, "answer", "the answer cannot be read: is this MidiDrumiGen's port?");
        return;
    }
    current = null;
    tell(send, id, verb, status, body);
    answer.clear();
}

/* The dictionary that maxurl is to send; its name. */
function ask(what, answerName) {
    var asking = new Dict(NAME + "-ask");
    asking.clear();
    asking.set("url", "http://" + host + ":" + port + what.path);
    asking.set("http_method", what.method);
    asking.set("headers", headersOf(what, apiKey, VERSION));
    asking.set("connect_timeout", CONNECT_SECONDS);
    asking.set("timeout", SECONDS);
    asking.set("response_dict", answerName);
    if (what.body) {
        fill(asking, "post_data", what.body);
    } else if (what.method === "post") {
        asking.set("post_data", what.form);
    }
    return NAME + "-ask";
}

/* Put an object into a dictionary, value by value: a text of its JSON would stay in Live's memory. */
function fill(dict, path, value) {
    if (isObject(value) && !isList(value)) {
        for (var name in value) {
            fill(dict, path + "::" + name, value[name]);
        }
    } else {
        dict.replace(path, value);
    }
}

/* The parsed body; a text where Max did not parse it; null for what is no JSON. */
function bodyOf(answer) {
    var body = answer.get("body");
    if (typeof body !== "string") {
        return isObject(body) ? body : null;
    }
    try {
        var read = JSON.parse(body);
        return isObject(read) ? read : null;
    } catch (error) {
        return null;
    }
}

function fail(id, code, text) {
    current = null;
    send(["error", id, code, text]);
}

function abort() {
    outlet(1, "abort", current.name);
    current = null;
}

function send(message) {
    outlet(0, message);
}
