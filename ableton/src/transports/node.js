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
