/*
 * A producer's session against the real API (MDG_TEST_API): what stands in Live afterwards are exactly the clips,
 * names, loops and notes of the API's JSON. Once by each transport.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeLive } from "./fakes/live.mjs";
import { Proxy } from "./fakes/proxy.mjs";
import { sound, stage } from "./fakes/stage.mjs";

const API = process.env.MDG_TEST_API;
const skip = API ? false : "MDG_TEST_API is not set: make test-device starts the API and sets it";

function quarters(metre) {
    const [upper, lower] = metre.split("/").map(Number);
    return (upper * 4) / lower;
}

function notesOf(flat) {
    const notes = [];
    for (let n = 0; n < flat.length; n += 4) notes.push(flat.slice(n, n + 4));
    return notes.sort(byTime);
}

function byTime(a, b) {
    return a[1] - b[1] || a[0] - b[0];
}

/* Clips as the API's answers say, in the order in which they were asked for. */
function expected(made, humanised) {
    return made.flatMap(({ result, isStandIn }) => {
        if (result.notes_flat) return [{ ...humanised, notes: notesOf(result.notes_flat) }];
        return Object.values(result.clips ?? result.sections).map((clip) => ({
            name: clip.name + (isStandIn ? " (stand-in)" : ""),
            length: (clip.bars ?? result.bars) * quarters(result.time_signature),
            metre: result.time_signature,
            notes: notesOf(clip.notes_flat)
        }));
    });
}

function same(clips, wanted) {
    assert.deepEqual(clips.map(({ name }) => name), wanted.map(({ name }) => name));
    clips.forEach((clip, n) => {
        const { length, metre, notes, name } = wanted[n];
        assert.deepEqual([clip.length, clip.end, clip.metre, clip.looping], [length, length, metre, 1], name);
        assert.equal(clip.notes.length, notes.length, name);
        clip.notes.sort(byTime).forEach((note, k) => {
            note.forEach((value, m) => assert.ok(Math.abs(value - notes[k][m]) < 1e-6, `${name}: ${note} and ${notes[k]}`));
        });
    });
}

async function press(on, button, pattern) {
    await on.max.until(() => on.max.box("all_generate").active !== 0, "the end of the last one");
    on.max.press(button);
    return on.max.says(pattern, 40000);
}

/* Alike from run to run and from transport to transport: the seed is locked. */
async function session(t, way, options = {}) {
    const proxy = await new Proxy(API).open();
    t.after(() => proxy.close());
    const live = new FakeLive({ scenes: 8, tracks: [{ name: "One" }, { name: "Two" }], ...options.live });
    const max = { maxurl: way === "node" ? "silent" : "works" };
    const on = await stage(t, { on: live, port: proxy.port, max, begins: new RegExp(`by ${way}$`) });
    on.max.set("pg1_seed", 7);
    return { ...on, proxy };
}

const kicks = (clip) => clip.notes.filter(([pitch]) => pitch === 35 || pitch === 36).sort(byTime);
const results = {};

for (const way of ["maxurl", "node"]) {
    test(`by ${way}: an artist nobody knew yet, then clips`, { skip }, async (t) => {
        const on = await session(t, way, { live: { metre: [4, 4], tempo: 96 } });
        const name = `Newcomer ${Date.now()} by ${way}`;
        on.max.type(name);
        on.max.press("all_generate");
        await on.max.says(/Stand-ins: 4 clips in Session, scenes 1-4/);
        await on.max.says(/^4 clips in Session, scenes 5-8/, 40000);
        same(on.live.clips(), expected(on.proxy.made));
        sound(on);
    });

    test(`by ${way}: names of all kinds are the same artist there and back`, { skip }, async (t) => {
        const on = await session(t, way, { live: { scenes: 40 } });
        for (const name of ["Tyler, The Creator", "311", "Sigur Rós", '"Weird Al" $uicide & Söns = 50%']) {
            on.max.type(name);
            const before = on.live.clips().length;
            await press(on, "all_generate", /clips in Session/);
            await on.max.until(() => on.live.clips().length === before + 4, name);
            assert.equal(on.proxy.made.at(-1).result.artist, name);
        }
        same(on.live.clips(), expected(on.proxy.made));
        sound(on);
    });

    test(`by ${way}: 16 bars, 8 times, and in an odd metre`, { skip }, async (t) => {
        const on = await session(t, way, { live: { metre: [7, 8] } });
        on.max.set("pg1_bars", 16);
        on.max.set("pg1_variations", 8);
        on.max.type("Rock Drummer");
        await press(on, "all_generate", /8 clips in Session, scenes 1-8/);
        same(on.live.clips(), expected(on.proxy.made));
        sound(on);
    });

    test(`by ${way}: cancel in mid-research, and nothing comes afterwards`, { skip }, async (t) => {
        const on = await session(t, way);
        on.max.type(`slow ${Date.now()} by ${way}`);
        on.max.press("all_generate");
        await on.max.says(/^1 of 2 sources, asking bitmidi/, 40000);
        on.max.press("all_cancel");
        await on.max.says(/Cancelled/);
        const clips = on.live.clips().length;
        await new Promise((done) => setTimeout(done, 1000));
        assert.equal(on.live.clips().length, clips);
        sound(on);
    });

    test(`by ${way}: generate, keep the kick, regenerate, humanise, a song, a second device`, { skip }, async (t) => {
        const on = await session(t, way);
        const { live, max, proxy } = on;
        max.type("Rock Drummer");
        await press(on, "all_generate", /4 clips in Session, scenes 1-4/);
        assert.equal(live.highlighted(), 1);
        max.set("pg4_keep_kick", 1);
        max.set("pg1_seed", 8);
        await press(on, "all_generate", /4 clips in Session, scenes 5-8/);
        const clips = live.clips();
        for (const clip of clips.slice(4)) assert.deepEqual(kicks(clip), kicks(clips[0]));
        assert.notDeepEqual(clips[4].notes, clips[0].notes);
        max.set("pg4_keep_kick", 0);
        live.highlight(0);
        max.type("Jazz Drummer");
        await press(on, "pg4_humanise", /1 clip in Session, scene 9/);
        max.type("intro 2, verse 4, chorus 4, outro 2", "pg4_form");
        await press(on, "pg4_song", /4 clips in Session, scenes 10-13/);
        const humanised = { name: `${clips[0].name} - Jazz Drummer`, length: 16, metre: "4/4" };
        same(live.clips(), expected(proxy.made, humanised));
        assert.deepEqual(live.sceneNames().slice(9), ["intro", "verse", "chorus", "outro"]);
        const first = live.clips().length;
        const second = await stage(t, {
            on: live, port: proxy.port, max: { ...max.options, device: live.addDevice(1) }, begins: new RegExp(`by ${way}$`)
        });
        live.highlight(0);
        second.max.type("Jazz Drummer");
        await press(second, "all_generate", /4 clips in Session, scenes 1-4/);
        assert.equal(live.clips().length, first);
        same(live.clips(1), expected(proxy.made.slice(-1)));
        assert.ok(live.made <= 8);
        live.devices = 2;
        sound(on);
        sound(second);
        results[way] = [live.clips(0), live.clips(1)];
    });
}

test("both transports leave the same clips", { skip }, () => {
    assert.deepEqual(results.node, results.maxurl);
});
