/* A backend that answers what a test wants, over real HTTP, in the shapes of the API. */
import http from "node:http";

export class Backend {
    /* reply(request) -> {status, body, text, delay, drop} or undefined for the usual answer */
    constructor(reply = () => undefined) {
        this.reply = reply;
        this.asked = []; // {method, path, query, body, headers}
        this.tasks = new Map(); // id -> answers of /task, the last one stays
    }

    async open(port = 0) {
        this.server = http.createServer((request, response) => {
            const parts = [];
            request.on("data", (part) => parts.push(part));
            request.on("end", () => this.answer(request, Buffer.concat(parts).toString(), response));
        });
        await new Promise((done) => this.server.listen(port, "127.0.0.1", done));
        this.port = this.server.address().port;
        return this;
    }

    close() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }

    answer(request, text, response) {
        const url = new URL(request.url, "http://x");
        const asked = {
            method: request.method,
            path: url.pathname,
            query: Object.fromEntries(url.searchParams),
            body: bodyOf(request.headers["content-type"] ?? "", text),
            headers: request.headers
        };
        this.asked.push(asked);
        const { status = 200, body, text: raw, delay = 0, drop } = this.reply(asked) ?? this.usual(asked);
        setTimeout(() => {
            if (drop) {
                request.socket.destroy();
                return;
            }
            response.writeHead(status, { "Content-Type": "application/json" });
            response.end(raw ?? JSON.stringify(body));
        }, delay);
    }

    usual({ method, path, body }) {
        if (path === "/healthz") return { body: { status: "ok", version: "0.1.0" } };
        if (path === "/api/v1/generate") return { body: generated(body) };
        if (path === "/api/v1/song") return { body: songOf(body) };
        if (path === "/api/v1/humanize") {
            const notes_flat = body.notes.map((value, n) => (n % 4 === 1 ? value + 0.01 : value));
            return { body: { artist: body.artist ?? null, seed: 1, notes_flat, message: "" } };
        }
        if (path.startsWith("/api/v1/research/")) {
            return { body: { artist: "A", exists: true, status: "cached", confidence: 0.7, message: "" } };
        }
        if (path === "/api/v1/artists") return { body: { artists: [{ name: "311", confidence: 0.5 }] } };
        if (path.startsWith("/api/v1/artists/")) {
            const styles = [{ name: "funk" }];
            return { body: { artist: { name: "A" }, text_description: "Plays behind.", confidence_score: 0.7, styles } };
        }
        if (path.startsWith("/api/v1/similar/")) {
            return { body: { similar: [{ name: "B", similarity: 0.9, reason: null }] } };
        }
        const task = path.match(/^\/api\/v1\/task\/([^/]+)(\/cancel)?$/);
        if (task && this.tasks.has(task[1])) {
            const answers = this.tasks.get(task[1]);
            if (task[2]) return { body: { task_id: task[1], status: "cancelled" } };
            return { body: answers.length > 1 ? answers.shift() : answers[0] };
        }
        return problem(404, `there is nothing at ${path}; see /docs for what there is`, method);
    }
}

export function problem(status, detail, more = {}) {
    return { status, body: { type: "about:blank", title: "T", status, detail, instance: "/", ...more } };
}

function bodyOf(kind, text) {
    if (kind.includes("json")) return JSON.parse(text || "null");
    const fields = Object.fromEntries(new URLSearchParams(text));
    for (const name of ["lock", "blend"]) {
        if (fields[name]) fields[name] = JSON.parse(fields[name]);
    }
    return fields;
}

function quarters(metre) {
    const [upper, lower] = metre.split("/").map(Number);
    return (upper * 4) / lower;
}

/* Eighths of hats, kick and snare in turn; each clip a little later than the one before. */
export function notesOf(bars, metre, shift = 0) {
    const flat = [];
    const end = bars * quarters(metre);
    for (let at = 0; at < end; at += 0.5) {
        flat.push(42, at + shift, 0.25, 80);
        if (at % 2 === 0) flat.push(36, at, 0.25, 110);
        if (at % 2 === 1) flat.push(38, at, 0.25, 100);
    }
    return flat;
}

export function generated(body, notes = notesOf) {
    const bars = Number(body.bars ?? 4);
    const time_signature = body.time_signature ?? "4/4";
    const clips = {};
    for (let index = 1; index <= Number(body.variations ?? 4); index++) {
        const notes_flat = notes(bars, time_signature, index / 1000);
        clips[index] = { index, name: `${body.artist} - ${body.section} ${index}`, based_on: "x", notes_flat };
    }
    return {
        generation_id: "g",
        artist: body.artist,
        tempo: Number(body.tempo),
        time_signature,
        bars,
        seed: Number(body.seed),
        message: "",
        count: Object.keys(clips).length,
        clips
    };
}

function songOf(body) {
    const sections = {};
    body.form.split(", ").forEach((part, n) => {
        const [kind, bars] = part.split(" ");
        const notes_flat = notesOf(Number(bars), body.time_signature);
        sections[n + 1] = { index: n + 1, name: `${kind} ${n + 1}`, kind, bars: Number(bars), notes_flat };
    });
    return { ...generated({ ...body, bars: 1, variations: 1 }), clips: undefined, name: "song", sections };
}
