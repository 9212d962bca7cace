/* Both ways to the backend: which is taken, and what the user is told when neither works. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { generated, problem } from "./fakes/backend.mjs";
import { FAST, generate, sound, stage } from "./fakes/stage.mjs";

const NAMES = [
    "Sigur Rós", "Tyler, The Creator", "50 Cent", "311", "$uicideboy$", 'The "Quotes"', "A/C; D:C", "Ünï©ødé 🥁",
    "x=1&artist=y", "100 %", "back\\slash", "bang", "text", "symbol list", "..", "null"
];
const WAYS = { maxurl: {}, node: { maxurl: "silent" } };
const posts = (backend, path = "/api/v1/generate") => backend.asked.filter((asked) => asked.path === path);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

for (const [way, max] of Object.entries(WAYS)) {
    test(`by ${way}: it is the one in use, and every request carries X-MDG-Client`, async (t) => {
        const on = await stage(t, { max });
        assert.match(on.max.status(), new RegExp(`by ${way}$`));
        await generate(on, "A");
        assert.ok(on.backend.asked.every(({ headers }) => headers["x-mdg-client"] === "MidiDrumiGen-device/0.1.0"));
        sound(on);
    });

    test(`by ${way}: hostile names arrive as they were typed`, async (t) => {
        const on = await stage(t, { max });
        for (const name of NAMES) {
            on.backend.asked.length = 0;
            await on.max.until(() => on.max.box("all_generate").active !== 0, "the end");
            on.max.type(name);
            on.max.press("all_generate");
            await on.max.until(() => posts(on.backend).length > 0, name);
            assert.equal(posts(on.backend)[0].body.artist, name);
        }
        assert.ok(on.max.longest <= 1000);
        assert.deepEqual(on.max.faults, []);
    });

    test(`by ${way}: a name that is too long is said to be`, async (t) => {
        const on = await stage(t, { max, reply: ({ path }) => (path === "/api/v1/generate" ? problem(422, "artist: is longer than 200") : undefined) });
        await generate(on, "\u{1F941}".repeat(300), /longer than 200/);
        on.max.press("pg3_augment");
        await on.max.says(/the name is too long/);
        sound(on);
    });

    test(`by ${way}: a key goes along, without one there is no header`, async (t) => {
        const on = await stage(t, { max });
        assert.equal(on.backend.asked[0].headers["x-api-key"], undefined);
        on.max.type("mdg_secret", "pg5_key");
        await generate(on, "A");
        assert.equal(posts(on.backend)[0].headers["x-api-key"], "mdg_secret");
    });

    test(`by ${way}: a long body goes as JSON, and notes as numbers in parts`, async (t) => {
        const notes = Array.from({ length: 450 }, (_, n) => ({
            pitch: 36 + (n % 9), start_time: n / 8, duration: 0.1, velocity: 90
        }));
        const on = await stage(t, { max, live: { tracks: [{ name: "D", clips: { 0: { length: 60, notes } } }] } });
        on.live.highlight(0);
        on.max.press("pg4_humanise");
        await on.max.says(/1 clip in/);
        const [{ body }] = posts(on.backend, "/api/v1/humanize");
        assert.equal(body.notes.length, 4 * 450);
        const parts = on.max.crossed.filter(([, , atoms]) => atoms[0] === "notes");
        assert.ok(parts.length >= 6);
        assert.ok(parts.every(([, , atoms]) => atoms.length <= 5 + 4 * 200));
        assert.equal(on.live.clips()[1].notes.length, 450);
        sound(on);
    });

    test(`by ${way}: 16 bars of 398 notes, 8 times`, async (t) => {
        const many = (bars, metre, shift) =>
            Array.from({ length: 398 }, (_, n) => [36 + (n % 7), n * 0.16 + shift, 0.15, 1 + (n % 127)]).flat();
        const on = await stage(t, {
            max,
            reply: ({ path, body }) => (path === "/api/v1/generate" ? { body: generated(body, many) } : undefined)
        });
        on.max.set("pg1_bars", 16);
        on.max.set("pg1_variations", 8);
        await generate(on, "A");
        assert.deepEqual(on.live.clips().map(({ notes, length }) => [notes.length, length]), Array(8).fill([398, 64]));
        sound(on);
    });

    test(`by ${way}: offline, then there again`, async (t) => {
        const on = await stage(t, { max });
        const { port } = on.backend;
        await on.backend.close();
        await generate(on, "A", /Backend offline at 127.0.0.1:\d+: start it/);
        await on.backend.open(port);
        await on.max.says(/^Ready/);
        await generate(on, "A");
        sound(on);
    });

    for (const [what, reply, said] of [
        ["a refusal", problem(422, "the request cannot be used: style: there is no style x"), /no style x/],
        ["no key", problem(401, "this server needs an API key"), /refuses this key: see Setup/],
        ["too many", problem(429, "the address has used the 100 generations of an hour"), /used the 100 gen/],
        ["trouble", problem(503, "the database does not answer"), /has trouble: the database does not answer/],
        ["no JSON", { text: "<html>" }, /cannot be read: is this MidiDrumiGen's port/],
        ["half of an answer", { drop: true, delay: 20 }, /offline|broke off/]
    ]) {
        test(`by ${way}: ${what} is said in plain words`, async (t) => {
            const on = await stage(t, { max, reply: ({ path }) => (path === "/api/v1/generate" ? reply : undefined) });
            await generate(on, "A", said);
            assert.deepEqual(on.live.log, []);
            sound(on);
        });
    }

    test(`by ${way}: cancel aborts the request, and the late answer is stale`, async (t) => {
        let delay = 300;
        const on = await stage(t, {
            max,
            reply: ({ path, body }) => (path === "/api/v1/generate" ? { body: generated(body), delay } : undefined)
        });
        on.max.type("A");
        on.max.press("all_generate");
        await on.max.until(() => posts(on.backend).length === 1, "the request");
        on.max.press("all_cancel");
        assert.equal(on.max.status(), "Cancelled");
        delay = 0;
        on.max.press("all_generate");
        await on.max.says(/4 clips in/);
        await wait(400);
        assert.equal(on.live.clips().length, 4);
        sound(on);
    });

    test(`by ${way}: cancel in mid-research tells the backend`, async (t) => {
        const accepted = { status: 202, body: { task_id: "t1", status: "researching", message: "researched first" } };
        const on = await stage(t, { max, reply: ({ path }) => (path === "/api/v1/generate" ? accepted : undefined) });
        on.backend.tasks.set("t1", [{ task_id: "t1", status: "researching", progress: 30, sources: [] }]);
        on.max.type("A");
        on.max.press("all_generate");
        await on.max.until(() => on.max.box("all_progress").value === 30, "progress");
        on.max.press("all_cancel");
        await on.max.until(() => posts(on.backend, "/api/v1/task/t1/cancel").length === 1, "cancel");
        assert.deepEqual(on.live.clips(), []);
        assert.equal(on.max.box("all_progress").value, 0);
        sound(on);
    });

    test(`by ${way}: a task that the backend has forgotten`, async (t) => {
        const accepted = { status: 202, body: { task_id: "gone", status: "researching", message: "researched first" } };
        const gone = problem(404, "there is no task gone");
        const on = await stage(t, {
            max,
            reply: ({ path }) =>
                path === "/api/v1/generate" ? accepted : path === "/api/v1/task/gone" ? gone : undefined
        });
        await generate(on, "A", /knows nothing of this any more: ask again/);
    });

    test(`by ${way}: one request at a time, also when Generate is pressed again and again`, async (t) => {
        const on = await stage(t, {
            max,
            reply: ({ path, body }) => (path === "/api/v1/generate" ? { body: generated(body), delay: 60 } : undefined)
        });
        on.max.type("A");
        for (let n = 0; n < 5; n++) on.max.press("all_generate");
        await on.max.until(() => posts(on.backend).length === 1, "the request");
        on.max.press("all_generate");
        assert.match(on.max.status(), /One thing at a time/);
        await on.max.says(/4 clips in/);
        await wait(150);
        assert.equal(posts(on.backend).length, 1);
        sound(on);
    });
}

test("a backend that is too slow is given up", async (t) => {
    const on = await stage(t, {
        max: { pace: FAST },
        begins: /Ready|does not answer/,
        reply: ({ path, body }) => (path === "/api/v1/generate" ? { body: generated(body), delay: 20000 } : undefined)
    });
    await generate(on, "A", /Asking for 4 clips/);
    await on.max.says(/does not answer|^Ready/, 30000);
    assert.deepEqual(on.live.clips(), []);
    assert.equal(on.max.box("all_generate").active, 1);
    sound(on);
});

test("maxurl that loses the body of a POST: node.script takes over", async (t) => {
    const on = await stage(t, {
        max: { maxurl: "bodiless" },
        reply: ({ path, body }) =>
            path === "/api/v1/generate" && !body.artist
                ? problem(422, "the request cannot be used: artist: is missing")
                : undefined
    });
    assert.match(on.max.status(), /by maxurl/);
    await generate(on, "A");
    assert.equal(posts(on.backend).length, 2);
    on.max.press("pg5_selftest");
    await on.max.until(() => /ready by node/.test(on.max.box("pg5_selfline").text), "self-test");
    sound(on);
});

test("a forced maxurl does not switch", async (t) => {
    const on = await stage(t, { max: { maxurl: "silent" }, waits: true });
    on.max.set("pg5_transport", 1);
    on.max.load();
    await on.max.says(/does not answer: try again/);
    assert.ok(!on.max.top.find("node.script").script.child);
    on.max.set("pg5_transport", 2);
    await on.max.says(/by node$/);
    sound(on);
});

test("a forced node.script is taken at once", async (t) => {
    const on = await stage(t, { waits: true });
    on.max.set("pg5_transport", 2);
    on.max.load();
    await on.max.says(/by node$/);
    assert.deepEqual(on.max.top.find("maxurl").url.sent, []);
    sound(on);
});

test("node.script that silently does not start; Restart once it can", async (t) => {
    const on = await stage(t, { max: { maxurl: "silent", node: { starts: false }, pace: FAST }, begins: /does not start: press Restart/ });
    await generate(on, "A", /Starting the node script|Connecting/);
    await on.max.says(/does not start: press Restart/);
    on.max.top.find("node.script").script.starts = true;
    on.max.options.pace = (ms) => (ms <= 5000 ? FAST(ms) : ms);
    on.max.press("pg5_restart");
    await on.max.says(/by node$/, 60000);
    await generate(on, "A");
    sound(on);
});

test("node.script that dies is said to have ended, and Restart brings it back", async (t) => {
    const on = await stage(t, { waits: true });
    on.max.set("pg5_transport", 2);
    on.max.load();
    await on.max.says(/by node$/);
    on.max.top.find("node.script").script.child.kill("SIGKILL");
    await on.max.says(/has ended: press Restart/);
    on.max.press("pg5_restart");
    await on.max.says(/by node$/);
    sound(on);
});

test("a backend of another version", async (t) => {
    const on = await stage(t, {
        begins: /Backend 2.0.0 and device 0.1.0 differ: update the older one/,
        reply: ({ path }) => (path === "/healthz" ? { body: { status: "ok", version: "2.0.0" } } : undefined)
    });
    await generate(on, "A");
    sound(on);
});

test("another program at the port", async (t) => {
    const on = await stage(t, { reply: () => ({ text: "hello" }), begins: /cannot be read: is this MidiDrumiGen's port/ });
    sound(on);
});

test("closing ends what goes on and the child", async (t) => {
    const on = await stage(t, { max: { maxurl: "silent" } });
    const { child } = on.max.top.find("node.script").script;
    const ended = new Promise((done) => child.once("exit", done));
    on.max.close();
    await ended;
    sound(on);
});

test("few distinct texts: a generation adds one, that which says where its clips are", async (t) => {
    const on = await stage(t);
    on.max.type("A");
    const more = async (clips) => {
        on.max.press("all_generate");
        await on.max.until(() => on.live.clips().length === clips && on.max.box("all_generate").active === 1, clips);
        await wait(100);
    };
    for (let n = 1; n <= 3; n++) await more(4 * n);
    const before = new Set(on.max.texts);
    for (let n = 4; n <= 23; n++) await more(4 * n);
    const added = [...on.max.texts].filter((text) => !before.has(text));
    assert.ok(added.length <= 20, added.join("\n")); // where the clips are
    sound(on);
});
