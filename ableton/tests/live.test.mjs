/* What the device does in Live, as golden logs of every change that it asks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { generated, notesOf, problem } from "./fakes/backend.mjs";
import { generate, golden, sound, stage } from "./fakes/stage.mjs";

const HAT = { pitch: 42, start_time: 0.5, duration: 0.25, velocity: 80 };
const KICKS = [0, 1.5, 2].map((start_time) => ({ pitch: 36, start_time, duration: 0.25, velocity: 101.4 }));
const beat = (n) => ({ [n]: { length: 4, notes: [...KICKS, HAT], values: { name: "My beat" } } });

const SCENES = {
    "empty-track": { live: {} },
    "occupied-slots": {
        live: { selected: 1, tracks: [{ name: "D", clips: { 0: {}, 2: {}, 3: {} } }] }
    },
    "no-room": { live: { scenes: 3, selected: 1, tracks: [{ name: "D", clips: { 1: {} } }] } },
    "in-racks": { live: { racks: 3 } },
    "second-track": { live: { own: 1, tracks: [{ name: "Bass" }, { name: "Drums" }] } },
    "three-four": { live: { metre: [3, 4] } },
    "seven-eight": { live: { metre: [7, 8] } },
    "no-more-scenes": { live: { scenes: 2, mostScenes: 3 }, says: /room for 3 of 4/ },
    "refused-half-way": {
        live: { refuse: {} },
        before: ({ live }) => {
            const call = live.createClip.bind(live);
            let calls = 0;
            live.createClip = (slot, length) => (++calls === 2 ? false : call(slot, length));
        },
        says: /3 clips in Session.*Live refused a clip in scene 2/
    },
    "notes-lost": { live: { losesNotes: 2 }, says: /Live took 46 of 48 notes/ },
    audition: { live: { isPlaying: true }, before: ({ max }) => max.set("pg1_audition", 1) },
    "audition-stopped": { live: {}, before: ({ max }) => max.set("pg1_audition", 1) },
    arrangement: { live: { time: 5 }, before: ({ max }) => max.set("pg1_arrangement", 1) },
    "arrangement-in-an-old-live": {
        live: { version: [11, 3] },
        before: ({ max }) => max.set("pg1_arrangement", 1)
    },
    "sixteen-bars-eight-clips": {
        live: {},
        before: ({ max }) => {
            max.set("pg1_bars", 16);
            max.set("pg1_variations", 8);
        }
    }
};

for (const [name, { live, before, says }] of Object.entries(SCENES)) {
    test(name, async (t) => {
        const on = await stage(t, { live });
        before?.(on);
        await generate(on, "Elvin Jones", says);
        sound(on);
        golden(name, on);
    });
}

for (const [name, live] of Object.entries({
    "audio-track": { tracks: [{ name: "A", kind: "audio" }] },
    "group-track": { tracks: [{ name: "G", kind: "group" }] },
    "frozen-track": { tracks: [{ name: "F", frozen: true }] },
    "no-track": { lost: true },
    "too-deep": { racks: 7 }
})) {
    test(`${name}: plain words, no call, no request`, async (t) => {
        const on = await stage(t, { live });
        await generate(on, "Elvin Jones", /track/);
        sound(on);
        assert.deepEqual(on.live.log, []);
        assert.ok(on.backend.asked.every(({ method }) => method === "GET"));
        golden(name, on);
    });
}

test("notes are those of the answer to 1e-6 quarter notes", async (t) => {
    const on = await stage(t);
    await generate(on, "A");
    const flat = notesOf(4, "4/4", 0.001);
    const sent = [];
    for (let n = 0; n < flat.length; n += 4) sent.push(flat.slice(n, n + 4));
    const order = (a, b) => a[1] - b[1] || a[0] - b[0];
    const got = on.live.clips()[0].notes.sort(order);
    sent.sort(order).forEach((note, n) => {
        note.forEach((value, k) => assert.ok(Math.abs(value - got[n][k]) < 1e-6));
    });
    assert.equal(got.length, sent.length);
});

test("overlapping notes are cut, doubled ones are left out", async (t) => {
    const flat = [36, 0, 2, 100, 36, 1, 1, 90, 36, 1, 0.5, 80, 38, 1, 5, 70];
    const on = await stage(t, {
        reply: ({ path, body }) =>
            path === "/api/v1/generate" ? { body: generated({ ...body, variations: 1 }, () => flat) } : undefined
    });
    await generate(on, "A");
    sound(on);
    golden("overlapping-notes", on);
    assert.deepEqual(on.live.clips()[0].notes, [
        [36, 0, 1 - 1e-5, 100],
        [36, 1, 1, 90],
        [38, 1, 5, 70]
    ]);
});

test("an answer without clips, and one with an empty clip", async (t) => {
    let clips = {};
    const on = await stage(t, {
        reply: ({ path, body }) => (path === "/api/v1/generate" ? { body: { ...generated(body), clips } } : undefined)
    });
    await generate(on, "A", /no clips/);
    clips = { 1: { index: 1, name: "rest", notes_flat: [] } };
    await generate(on, "A");
    sound(on);
    assert.deepEqual(on.live.clips().map((clip) => clip.notes), [[]]);
});

test("keep my kick, change the rest", async (t) => {
    const on = await stage(t, { live: { tracks: [{ name: "D", clips: beat(2) }] } });
    on.max.set("pg4_keep_kick", 1);
    await generate(on, "A", /Click the MIDI clip/);
    on.live.highlight(2);
    await generate(on, "A");
    const { body } = on.backend.asked.find(({ path }) => path === "/api/v1/generate");
    assert.deepEqual(body.lock, {
        voices: "kick",
        bars: 1,
        notes: [36, 0, 0.25, 101, 36, 1.5, 0.25, 101, 36, 2, 0.25, 101, 42, 0.5, 0.25, 80]
    });
    sound(on);
    golden("keep-the-kick", on);
});

test("a clip whose loop begins later is read from its loop on", async (t) => {
    const clips = { 0: { length: 8, notes: KICKS, values: { loop_start: 1, loop_end: 3 } } };
    const on = await stage(t, { live: { tracks: [{ name: "D", clips }] } });
    on.live.highlight(0);
    on.max.press("pg4_humanise");
    await on.max.says(/1 clip in/);
    const { body } = on.backend.asked.find(({ path }) => path === "/api/v1/humanize");
    assert.deepEqual(body.notes, [36, 0.5, 0.25, 101, 36, 1, 0.25, 101]);
    assert.equal(on.live.clips()[1].length, 2);
    sound(on);
});

test("humanise the highlighted clip into a new slot", async (t) => {
    const on = await stage(t, { live: { tracks: [{ name: "D", clips: beat(2) }] } });
    on.max.press("pg4_humanise");
    await on.max.says(/Click the MIDI clip/);
    on.live.highlight(2);
    on.max.type("311");
    on.max.press("pg4_humanise");
    await on.max.says(/1 clip in Session, scene 4/);
    sound(on);
    golden("humanise", on);
});

test("a song goes into scenes in a row; scenes that have a name keep it", async (t) => {
    const on = await stage(t, {
        live: { scenes: 6, sceneNames: ["", "", "", "Mine"], tracks: [{ name: "D", clips: { 1: {} } }] }
    });
    on.max.type("A");
    on.max.type("intro 2, verse 4, outro 1", "pg4_form");
    on.max.press("pg4_song");
    await on.max.says(/3 clips in Session, scenes 3-5/);
    assert.deepEqual(on.live.sceneNames(), ["", "", "intro 1", "Mine", "outro 3", ""]);
    sound(on);
    golden("song", on);
});

test("a song for which Live makes no scenes leaves everything as it is", async (t) => {
    const on = await stage(t, { live: { scenes: 2, mostScenes: 2 } });
    on.max.type("A");
    on.max.type("intro 2, verse 4, outro 1", "pg4_form");
    on.max.press("pg4_song");
    await on.max.says(/no room: 3 empty slots/);
    assert.deepEqual(on.live.clips(), []);
    sound(on);
});

test("a backend without songs", async (t) => {
    const gone = (path) => problem(404, `there is nothing at ${path}; see /docs for what there is`);
    const on = await stage(t, { reply: ({ path }) => (path === "/api/v1/song" ? gone(path) : undefined) });
    on.max.type("A");
    on.max.press("pg4_song");
    await on.max.says(/cannot do that yet: update it/);
});

test("an unknown artist: stand-ins first, progress by source, then the clips", async (t) => {
    const on = await stage(t, {
        reply: ({ path, body }) =>
            path === "/api/v1/generate"
                ? {
                      status: 202,
                      body: {
                          task_id: "t1",
                          research_task_id: "r1",
                          status: "researching",
                          message: "A is not known yet and is researched first",
                          provisional: { ...generated(body), provisional: true, based_on: "B" }
                      }
                  }
                : undefined
    });
    const source = (name, status) => ({ kind: "articles", source: name, status, documents: 1 });
    const open = { task_id: "t1", kind: "generation", status: "researching", stage: "sources", message: "asking" };
    on.backend.tasks.set("t1", [
        { ...open, progress: 0, position: 2, estimate_seconds: 90, sources: [] },
        { ...open, progress: 40, sources: { 1: source("genius", "found"), 2: source("musicbrainz", "asking") } },
        {
            ...open,
            status: "completed",
            progress: 100,
            sources: [source("genius", "found")],
            result: generated({ artist: "A", section: "groove", bars: 4, variations: 4, tempo: 120, seed: 1 })
        }
    ]);
    on.max.type("A");
    on.max.press("all_generate");
    await on.max.says(/number 2 in the queue, about 2 min/);
    await on.max.says(/1 of 2 sources, asking musicbrainz\. Stand-ins: scenes 1-4/);
    assert.equal(on.max.box("all_progress").value, 40);
    assert.equal(on.max.box("all_generate").active, 0);
    await on.max.says(/^4 clips in Session, scenes 5-8/);
    assert.equal(on.max.box("all_generate").active, 1);
    sound(on);
    golden("unknown-artist", on);
});

test("two devices on two tracks do not get into each other's way", async (t) => {
    const first = await stage(t, { live: { tracks: [{ name: "One" }, { name: "Two" }] } });
    const { live, backend } = first;
    const second = await stage(t, { on: live, port: backend.port, max: { device: live.addDevice(1) } });
    live.devices = 2;
    second.max.type("B");
    second.max.press("all_generate");
    first.max.type("A");
    first.max.press("all_generate");
    await Promise.all([first, second].map(({ max }) => max.says(/4 clips in Session/)));
    sound(first);
    sound(second);
    assert.deepEqual(live.clips(0).map(({ name }) => name[0]), ["A", "A", "A", "A"]);
    assert.deepEqual(live.clips(1).map(({ name }) => name[0]), ["B", "B", "B", "B"]);
    const names = (max) => [...max.dicts.all.keys()];
    assert.deepEqual(names(first.max).filter((name) => names(second.max).includes(name)), []);
});

test("the window shows and sets what the strip does", async (t) => {
    const on = await stage(t);
    on.max.press("all_open_window");
    assert.ok(on.max.isOpen);
    const bars = on.max.inWindow("control window bars");
    bars.value = 2;
    bars.out(0, [2]);
    assert.equal(on.max.box("pg1_bars").value, 2);
    on.max.set("pg1_bars", 7);
    assert.equal(bars.value, 7);
    on.max.inWindow("typed window artist").text = "Tony Allen";
    on.max.inWindow("press generate").in(0, ["bang"]);
    await on.max.says(/4 clips in Session/);
    assert.equal(on.max.box("all_artist").text, "Tony Allen");
    sound(on);
});

test("pages are hidden and shown", async (t) => {
    const on = await stage(t);
    for (const page of [3, 4, 0, 1]) {
        on.max.set("all_page", page);
        const shown = on.max.top.boxes.filter((box) => /^pg\d/.test(box.varname) && !box.hidden);
        assert.ok(shown.length > 2);
        assert.ok(shown.every((box) => box.varname.startsWith(`pg${page + 1}_`)));
    }
    sound(on);
});

test("generate before Live is ready does nothing, a restored value or a release neither", async (t) => {
    const on = await stage(t, { waits: true });
    on.max.type("A");
    on.max.press("all_generate");
    on.max.box("all_generate").out(0, [0]);
    assert.match(on.max.status(), /loading/);
    on.max.load();
    await on.max.says(/^Ready/);
    on.max.box("all_generate").out(0, [0]);
    await new Promise((done) => setTimeout(done, 100));
    assert.deepEqual(on.live.log, []);
    on.max.load(); // a preset: live.thisdevice bangs again
    await new Promise((done) => setTimeout(done, 100));
    assert.deepEqual(on.live.log, []);
    sound(on);
});

test("an empty name asks nothing", async (t) => {
    const on = await stage(t);
    on.max.press("all_generate");
    await on.max.says(/Type an artist/);
    sound(on);
});

test("completion while typing, then what is known of the artist", async (t) => {
    const on = await stage(t);
    const field = on.max.box("all_artist");
    field.text = "31";
    field.out(1, [49]);
    await on.max.until(() => on.max.box("all_matches").items.includes("311"), "completion");
    assert.ok(!on.backend.asked.some(({ path }) => path.startsWith("/api/v1/similar")));
    on.max.box("all_matches").choose("311");
    await on.max.until(() => on.max.box("pg3_similar").items.includes("B"), "similar artists");
    assert.match(on.max.box("pg3_profile").text, /70 % sure. Plays behind/);
    assert.equal(field.text, "311");
    on.max.box("pg3_styles").choose("funk");
    await generate(on, "311");
    const { body } = on.backend.asked.find(({ path }) => path === "/api/v1/generate");
    assert.equal(body.style, "funk");
    assert.equal(body.artist, "311");
    sound(on);
});

test("several artists of one name: the user picks one", async (t) => {
    let decided = false;
    const candidates = [
        { mbid: "m1", name: "Nirvana", disambiguation: "90s" },
        { mbid: "m2", name: "Nirvana", disambiguation: "60s" }
    ];
    const on = await stage(t, {
        reply: ({ path, body }) => {
            if (path === "/api/v1/generate" && !decided) return problem(409, "several artists are called Nirvana", { candidates });
            if (path === "/api/v1/research" && body) {
                assert.equal(body.mbid, "m2");
                decided = true;
                return { status: 202, body: { task_id: "r", artist: "Nirvana", message: "in the queue" } };
            }
            return undefined;
        }
    });
    on.backend.tasks.set("r", [{ task_id: "r", kind: "research", status: "completed", progress: 100, sources: [] }]);
    await generate(on, "Nirvana", /several artists/);
    on.max.box("all_matches").choose("Nirvana (60s)");
    await on.max.says(/4 clips in Session/);
    sound(on);
});

test("augment, self-test, the page", async (t) => {
    const on = await stage(t, {
        reply: ({ path }) =>
            path.startsWith("/api/v1/augment") ? { status: 202, body: { task_id: "a", message: "in the queue" } } : undefined
    });
    on.backend.tasks.set("a", [{ task_id: "a", kind: "augment", status: "completed", progress: 100, sources: [] }]);
    on.max.type("A");
    on.max.press("pg3_augment");
    await on.max.says(/There is more of A now/);
    await on.max.until(() => on.max.box("pg3_similar").items.includes("B"), "similar artists");
    on.max.press("pg5_selftest");
    await on.max.until(() => /Track Drums found/.test(on.max.box("pg5_selfline").text), "self-test");
    assert.match(on.max.box("pg5_selfline").text, /^Script ready by maxurl. Backend 0.1.0 found/);
    on.max.press("pg5_open_page");
    assert.deepEqual(on.max.sentToMax, [["max", "launchbrowser", `http://127.0.0.1:${on.backend.port}/`]]);
    sound(on);
});

test("what is asked for is what the controls say", async (t) => {
    const on = await stage(t, { live: { tempo: 97.5, metre: [6, 8] } });
    const values = {
        pg1_bars: 2, pg1_variations: 1, pg1_section: 1, pg1_density: -30, pg1_seed: 77, pg2_timing: 40, pg2_touch: 60,
        pg2_swinging: 1, pg2_swing: 62, pg2_swing_of: 2, pg2_feel: 2, pg2_syncopation: 25, pg3_blend_amount: 30,
        pg5_provider: 1, pg5_drum_map: 1
    };
    for (const name in values) on.max.set(name, values[name]);
    on.max.type("Tony Allen", "pg3_blend");
    await generate(on, "Elvin Jones");
    const asked = on.backend.asked.find(({ path }) => path === "/api/v1/generate");
    assert.deepEqual(asked.body, {
        artist: "Elvin Jones", bars: "2", variations: "1", section: "fill", provider: "template", tempo: "97.5",
        time_signature: "6/8", seed: "77", timing_amount: "0.4", velocity_amount: "0.6", density: "-0.3",
        syncopation: "0.25", drum_map: "ableton", swing: "62", swing_of: "sixteenths", feel: "swung",
        blend: { artist: "Tony Allen", amount: 0.3 }
    });
    assert.deepEqual(asked.query, { notes_flat: "true" });
    on.max.set("pg1_follow", 0);
    on.max.set("pg1_tempo", 140);
    await on.max.until(() => on.max.box("all_generate").active === 1, "the end");
    on.backend.asked.length = 0;
    on.max.press("all_generate");
    await on.max.until(() => on.backend.asked.some(({ path }) => path === "/api/v1/generate"), "the second");
    assert.equal(on.backend.asked.find(({ path }) => path === "/api/v1/generate").body.tempo, "140");
});
