/* A device in a Live with a backend, for one test; everything is closed when the test ends. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { open } from "./amxd.mjs";
import { Backend } from "./backend.mjs";
import { FakeLive } from "./live.mjs";
import { FakeMax } from "./max.mjs";

const DEVICE = open(fileURLToPath(new URL("../../MidiDrumiGen.amxd", import.meta.url)));
const GOLDEN = fileURLToPath(new URL("../golden/", import.meta.url));

export const FAST = (ms) => ms / 20;
/* A silent maxurl is given up soon; a machine that is busy is not taken for silence. */
const PACE = { silent: (ms) => (ms <= 5000 ? FAST(ms) : ms), other: (ms) => (ms < 5000 ? FAST(ms) : ms) };

/* {live, max, backend}: of options live, max, reply; `port` is that of a backend that runs already. */
export async function stage(t, options = {}) {
    const live = options.on ?? new FakeLive(options.live);
    const backend = options.port ? null : await new Backend(options.reply).open();
    const max = new FakeMax(DEVICE, live, { pace: options.max?.maxurl === "silent" ? PACE.silent : PACE.other, ...options.max });
    t.after(async () => {
        max.close();
        await backend?.close();
    });
    max.set("pg5_port", options.port ?? backend.port);
    max.set("pg1_seed_lock", 1);
    if (!options.waits) {
        max.load();
        await max.says(options.begins ?? /^Ready/);
    }
    return { live, max, backend };
}

/* What must hold after every scene. */
export function sound({ live, max }) {
    assert.deepEqual(max.faults, []);
    assert.deepEqual(live.faults, []);
    assert.ok(live.made <= 4 * (live.devices ?? 1), `${live.made} LiveAPI objects`);
    assert.ok(max.longest <= 1000);
}

/* Compare with tests/golden/NAME.txt; MDG_GOLDEN=write writes it. */
export function golden(name, { live, max }, before = 0) {
    const clips = live.clips().map((clip) => `scene ${clip.scene}: ${clip.name}, ${clip.length}, ${clip.metre}, ${clip.notes.length}`);
    const lines = ["status: " + max.status(), "", ...live.log.slice(before), "", ...clips];
    const text = `${lines.join("\n").replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")}\n`;
    const path = `${GOLDEN}${name}.txt`;
    if (process.env.MDG_GOLDEN === "write") {
        mkdirSync(GOLDEN, { recursive: true });
        writeFileSync(path, text);
    }
    assert.ok(existsSync(path), `no golden log ${name}: MDG_GOLDEN=write npm test`);
    assert.equal(text, readFileSync(path, "utf8"), `the log differs from golden/${name}.txt`);
}

/* Generate, and wait for what the status then says. */
export async function generate({ max }, artist, pattern = /in Session|in the Arr/) {
    max.type(artist);
    max.press("all_generate");
    return max.says(pattern);
}
