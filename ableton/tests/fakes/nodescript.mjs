/* Max's node.script: the script as a child process, with a max-api that speaks over the child's channel. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const HOST = fileURLToPath(new URL("nodehost.cjs", import.meta.url));

export class NodeScript {
    /* `starts: false` is the node.script that silently does not start */
    constructor(file, outlet, { starts = true } = {}) {
        Object.assign(this, { file, outlet, starts });
        this.child = null;
    }

    message([selector, ...rest]) {
        if (selector === "script") {
            if (rest[0] === "start") this.start();
            if (rest[0] === "stop") this.stop();
        } else if (this.child?.connected) {
            this.child.send([selector, ...rest]);
        }
    }

    start() {
        if (this.child || !this.starts) return;
        const child = fork(HOST, [this.file], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
        this.child = child;
        child.on("message", (atoms) => this.child === child && this.outlet(0, atoms));
        child.on("exit", () => {
            if (this.child === child) {
                this.child = null;
                this.outlet(1, ["terminated"]);
            }
        });
        this.outlet(1, ["start"]);
    }

    stop() {
        const child = this.child;
        this.child = null;
        if (child) {
            child.kill();
            this.outlet(1, ["stop"]);
        }
    }
}
