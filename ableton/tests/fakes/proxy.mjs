/* Stands between the device and the real API and keeps every answer that holds notes. */
import http from "node:http";

export class Proxy {
    constructor(api) {
        this.api = new URL(api);
        this.made = []; // {path, result} in order: results of /generate, /song, /humanize and finished tasks
    }

    async open() {
        this.server = http.createServer((request, response) => this.pass(request, response));
        await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
        this.port = this.server.address().port;
        return this;
    }

    close() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }

    pass(request, response) {
        const headers = { ...request.headers, host: this.api.host };
        const { hostname: host, port } = this.api;
        const on = http.request({ host, port, path: request.url, method: request.method, headers }, (answer) => {
            const parts = [];
            answer.on("data", (part) => parts.push(part));
            answer.on("end", () => {
                const bytes = Buffer.concat(parts);
                this.keep(request.url, JSON.parse(bytes.toString()));
                response.writeHead(answer.statusCode, { "Content-Type": answer.headers["content-type"] });
                response.end(bytes);
            });
        });
        on.on("error", () => response.destroy());
        response.on("close", () => on.destroy());
        request.pipe(on);
    }

    keep(url, body) {
        const [path] = url.split("?");
        const result = body.provisional ?? body.result ?? body;
        if (result && (result.clips || result.sections || result.notes_flat)) {
            this.made.push({ path, result, isStandIn: Boolean(body.provisional) });
        }
    }
}
