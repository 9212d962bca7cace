/* Max's maxurl, with real HTTP. `mode`: works, silent (nothing ever comes back), bodiless (a POST's body is lost). */
import http from "node:http";
import { kept } from "./dict.mjs";

const KEYS = new Set(["url", "http_method", "post_data", "headers", "timeout", "connect_timeout", "response_dict"]);

export class Maxurl {
    constructor(dicts, faults, answered, mode) {
        Object.assign(this, { dicts, faults, answered, mode });
        this.open = new Map(); // response dictionary -> request
        this.sent = [];
    }

    message([selector, ...names]) {
        if (selector === "dictionary") {
            this.begin(this.dicts.data(names[0]));
        } else if (selector === "abort") {
            for (const name of names.length ? names : [...this.open.keys()]) {
                this.open.get(name)?.destroy();
                this.open.delete(name);
            }
        } else {
            this.faults.push(`maxurl does not understand ${selector}`);
        }
    }

    begin(ask) {
        for (const key of Object.keys(ask)) {
            if (!KEYS.has(key)) this.faults.push(`maxurl ignores ${key}`);
        }
        const headers = Object.fromEntries([].concat(ask.headers ?? []).map((line) => line.split(/: (.*)/s, 2)));
        if (!headers["X-MDG-Client"]) this.faults.push("a request without X-MDG-Client");
        if (this.open.size) this.faults.push("two requests at once");
        let body = "";
        if (ask.http_method === "post") {
            const isDictionary = typeof ask.post_data === "object";
            if (this.mode !== "bodiless") body = isDictionary ? JSON.stringify(ask.post_data) : ask.post_data;
            headers["Content-Type"] ??= isDictionary ? "application/json" : "application/x-www-form-urlencoded";
            headers["Content-Length"] = Buffer.byteLength(body);
        }
        this.sent.push({ method: ask.http_method, url: ask.url, body });
        if (this.mode !== "silent") {
            this.send(ask, headers, body);
        }
    }

    send(ask, headers, body) {
        const name = ask.response_dict;
        const done = (answer) => {
            if (this.open.delete(name)) {
                this.dicts.all.set(name, kept(answer));
                this.answered(["dictionary", name]);
            }
        };
        let request;
        try {
            request = http.request(ask.url, { method: ask.http_method.toUpperCase(), headers, agent: false });
        } catch (error) {
            this.open.set(name, { destroy() {} });
            setImmediate(() => done({ error: error.message }));
            return;
        }
        this.open.set(name, request);
        request.on("error", (error) => done({ error: error.message }));
        request.on("response", (response) => {
            const parts = [];
            response.on("data", (part) => parts.push(part));
            response.on("error", () => done({ error: "broken off" }));
            response.on("end", () => done({ status: response.statusCode, body: read(Buffer.concat(parts).toString()) }));
        });
        request.end(body);
    }
}

function read(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text; // a body that is no JSON stays text
    }
}
