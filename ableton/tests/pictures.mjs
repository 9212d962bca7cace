/* Draws each page and each state of the device into pictures/: npm run pictures (needs Chromium; CHROMIUM names it). */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { generated } from "./fakes/backend.mjs";
import { page } from "./fakes/drawing.mjs";
import { FAST, stage } from "./fakes/stage.mjs";

const OUT = fileURLToPath(new URL("../pictures/", import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? "chromium";
const STRIP = [400, 169];
const WINDOW = [375, 600];
const folder = mkdtempSync(join(tmpdir(), "mdg-pictures-"));
const after = [];
const t = { after: (act) => after.push(act) };

async function draw(name, patcher, size, theme) {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, page(patcher, size, theme));
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2"];
    const made = [`--user-data-dir=${join(folder, "profile")}`, `--window-size=${size}`, `--screenshot=${OUT}${name}.png`];
    await promisify(execFile)(CHROMIUM, [...flags, ...made, `file://${file}`]);
    console.log(`${name}.png`);
}

const strip = (name, { max }, theme) => draw(name, max.top, STRIP, theme);

let delay = 0;
const accepted = (body) => ({
    status: 202,
    body: {
        task_id: "t",
        status: "researching",
        message: `${body.artist} is not known yet and is researched first`,
        provisional: generated(body)
    }
});
const source = (name, status) => ({ source: name, status, documents: 2 });
const reply = ({ path, body }) => {
    if (path === "/api/v1/generate") return body.artist === "Brand New Band" ? accepted(body) : { body: generated(body), delay };
    if (path.startsWith("/api/v1/similar/")) {
        return { body: { similar: ["Max Roach", "Tony Williams", "Jack DeJohnette"].map((name) => ({ name, similarity: 0.9 })) } };
    }
    if (path.startsWith("/api/v1/artists/")) {
        const text_description =
            "Swings eighths at 64 % and plays triplets between ride and snare, busier than most, with loud backbeats seldom.";
        const styles = [{ name: "jazz-swing" }, { name: "jazz-waltz" }];
        return { body: { artist: { name: "Elvin Jones" }, confidence_score: 0.82, text_description, styles } };
    }
    return undefined;
};

const waiting = await stage(t, { waits: true });
await strip("state-starting", waiting);

const on = await stage(t, { reply, max: { pace: (ms) => (ms < 5000 ? ms / 2 : ms) }, live: { tempo: 126, metre: [3, 4], scenes: 30, tracks: [{ name: "Drums", clips: { 1: {} } }] } });
on.backend.tasks.set("t", [{ task_id: "t", status: "researching", progress: 45, sources: [
    source("musicbrainz", "found"), source("wikipedia", "found"), source("drummerworld", "empty"), source("genius", "asking")
] }]);
on.max.set("pg1_seed_lock", 0);
await strip("state-ready", on);
on.max.type("Elvin Jones");
await on.max.until(() => on.max.box("pg3_similar").items.length > 1, "similar artists");
delay = 8000;
on.max.press("all_generate");
await on.max.says(/Asking for/);
await strip("state-generating", on);
delay = 0;
await on.max.says(/4 clips in Session/, 60000);
await on.max.until(() => on.max.box("pg3_similar").items.length > 1, "similar artists");
for (const [n, name] of ["groove", "feel", "artist", "clip", "setup"].entries()) {
    on.max.set("all_page", n);
    if (name === "clip") on.max.set("pg4_keep_kick", 1);
    if (name === "setup") {
        on.max.press("pg5_selftest");
        await on.max.until(() => /Track Drums/.test(on.max.box("pg5_selfline").text), "self-test");
    }
    await strip(`page-${name}`, on);
}
on.max.set("pg4_keep_kick", 0);
on.max.set("all_page", 0);
await strip("page-groove-light", on, "light");
await draw("window", on.max.top.find("p").inner, WINDOW);
await draw("window-light", on.max.top.find("p").inner, WINDOW, "light");
on.max.type("Brand New Band");
on.max.press("all_generate");
await on.max.says(/3 of 4 sources/);
await strip("state-researching", on);
on.max.press("all_cancel");
await strip("state-cancelled", on);
await on.backend.close();
on.max.type("Elvin Jones");
on.max.press("all_generate");
await on.max.says(/offline/);
await strip("state-offline", on);

for (const [name, live] of [
    ["frozen", { tracks: [{ name: "F", frozen: true }] }],
    ["audio", { tracks: [{ name: "A", kind: "audio" }] }]
]) {
    const refused = await stage(t, { live });
    refused.max.type("Elvin Jones");
    refused.max.press("all_generate");
    await refused.max.says(/track/);
    await strip(`state-${name}-track`, refused);
}
const stuck = await stage(t, { max: { maxurl: "silent", node: { starts: false }, pace: FAST }, begins: /does not start/ });
await strip("state-node-stuck", stuck);

for (const act of after) await act().catch(() => {});
rmSync(folder, { recursive: true, force: true });
