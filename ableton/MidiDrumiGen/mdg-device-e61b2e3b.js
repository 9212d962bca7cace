var VERSION = "0.1.0";
var DRUM_MAPS = [
    "gm",
    "ableton",
    "roland_td",
    "superior_drummer",
    "addictive_drums_2",
    "bfd",
    "steven_slate",
    "xg",
    "gs"
];
var PAGES = {
    "1": [
        "pg1_label_bars",
        "pg1_bars",
        "pg1_label_clips",
        "pg1_variations",
        "pg1_label_section",
        "pg1_section",
        "pg1_label_density",
        "pg1_density",
        "pg1_follow",
        "pg1_label_tempo",
        "pg1_tempo",
        "pg1_label_seed",
        "pg1_seed",
        "pg1_seed_lock",
        "pg1_audition",
        "pg1_arrangement",
        "pg1_setline"
    ],
    "2": [
        "pg2_label_timing",
        "pg2_timing",
        "pg2_label_touch",
        "pg2_touch",
        "pg2_swinging",
        "pg2_label_swing",
        "pg2_swing",
        "pg2_label_swings",
        "pg2_swing_of",
        "pg2_label_beat",
        "pg2_feel",
        "pg2_label_offbeat",
        "pg2_syncopation"
    ],
    "3": [
        "pg3_profile",
        "pg3_label_style",
        "pg3_style",
        "pg3_styles",
        "pg3_label_similar",
        "pg3_similar",
        "pg3_label_blend",
        "pg3_blend",
        "pg3_blend_amount",
        "pg3_augment"
    ],
    "4": [
        "pg4_label_keepofthehighlightedclip",
        "pg4_keep_kick",
        "pg4_keep_snare",
        "pg4_keep_hats",
        "pg4_keep_cymbals",
        "pg4_keep_toms",
        "pg4_humanise",
        "pg4_accents",
        "pg4_label_form",
        "pg4_form",
        "pg4_song"
    ],
    "5": [
        "pg5_label_host",
        "pg5_host",
        "pg5_label_port",
        "pg5_port",
        "pg5_label_key",
        "pg5_key",
        "pg5_label_player",
        "pg5_provider",
        "pg5_label_line",
        "pg5_transport",
        "pg5_label_drums",
        "pg5_drum_map",
        "pg5_open_page",
        "pg5_selftest",
        "pg5_restart",
        "pg5_selfline"
    ]
};
var ASKED = [
    "artist",
    "bars",
    "variations",
    "section",
    "density",
    "tempo",
    "seed",
    "timing",
    "touch",
    "swing",
    "swing_of",
    "feel",
    "syncopation",
    "style",
    "blend",
    "blend_amount",
    "form",
    "host",
    "port",
    "key",
    "provider",
    "transport",
    "drum_map"
];

/*
 * MidiDrumiGen in Live: everything that touches Live, and the talk with the backend through one of two transports.
 * inlet 0: the strip, the window, both transports; outlets: 0 strip, 1 window, 2 thispatcher, 3 maxurl, 4 node.script.
 */
autowatch = 0;
inlets = 1;
outlets = 5;

var TO_STRIP = 0;
var TO_WINDOW = 1;
var TO_PATCHER = 2;
var TO_TRANSPORT = { maxurl: 3, node: 4 };

/*
 * The Live Object Model through four LiveAPI objects that are pointed elsewhere as needed.
 *
 * Live throws nothing: what is missing or refused answers the bare number 1. So nothing is read of an object whose id
 * is 0, a bare 1 is no value, and whoever changes something reads it back.
 */
var lom = (function () {
    var held = {};

    function isArray(value) {
        return Object.prototype.toString.call(value) === "[object Array]";
    }

    function hold(name, path) {
        if (held[name]) {
            held[name].path = path;
        } else {
            held[name] = new LiveAPI(path);
        }
    }

    function there(api) {
        return Boolean(api) && Number(api.id) !== 0;
    }

    /* What Live gives for a property, as a list; empty where there is nothing. */
    function values(name, property) {
        if (!there(held[name])) {
            return [];
        }
        var got = held[name].get(property);
        if (isArray(got)) {
            return Array.prototype.slice.call(got);
        }
        return got === 1 || got === undefined || got === null ? [] : [got];
    }

    return {
        /* Called by live.thisdevice's bang, never before. */
        open: function () {
            hold("song", "live_set");
            hold("track", "this_device");
            hold("slot", "live_set view");
            hold("clip", "live_set view");
            return there(held.song);
        },
        isOpen: function () {
            return there(held.song);
        },
        close: function () {
            for (var name in held) {
                held[name].path = "";
            }
        },
        /* Point one of the four at a path or an id; whether there is something. */
        path: function (name, path) {
            held[name].path = path;
            return there(held[name]);
        },
        point: function (name, id) {
            if (!(Number(id) > 0)) {
                return false;
            }
            held[name].id = Number(id);
            return Number(held[name].id) === Number(id);
        },
        type: function (name) {
            return there(held[name]) ? String(held[name].type) : "";
        },
        /* A number of Live's, null where it gives none. */
        number: function (name, property) {
            var got = values(name, property);
            return got.length && isFinite(Number(got[0])) ? Number(got[0]) : null;
        },
        text: function (name, property) {
            return values(name, property).join(" ");
        },
        /* Ids of the objects that a property lists. */
        ids: function (name, property) {
            var got = values(name, property);
            var ids = [];
            for (var n = 0; n + 1 < got.length; n += 2) {
                if (got[n] === "id" && Number(got[n + 1]) > 0) {
                    ids.push(Number(got[n + 1]));
                }
            }
            return ids;
        },
        /* The one object of a property; 0 where there is none. */
        child: function (name, property) {
            return this.ids(name, property)[0] || 0;
        },
        set: function (name, property, value) {
            if (there(held[name])) {
                held[name].set(property, value);
            }
        },
        /* Set a property that is an object; whether Live took it. */
        choose: function (name, property, id) {
            if (!there(held[name])) {
                return false;
            }
            held[name].set(property, "id", id);
            if (this.child(name, property) !== id) {
                held[name].set(property, "id " + id);
            }
            return this.child(name, property) === id;
        },
        /* Calls of fixed arity; what they return says nothing of success. */
        call: function (name, method) {
            return there(held[name]) ? held[name].call(method) : 1;
        },
        callWith: function (name, method, argument) {
            return there(held[name]) ? held[name].call(method, argument) : 1;
        },
        callWithTwo: function (name, method, first, second) {
            return there(held[name]) ? held[name].call(method, first, second) : 1;
        },
        /* The notes of a clip from a time on; null where Live gives none. */
        notes: function (name, from, length) {
            if (!there(held[name])) {
                return null;
            }
            var got = held[name].call("get_notes_extended", 0, 128, from, length);
            try {
                var read = JSON.parse(isArray(got) ? got.join("") : String(got));
                return isArray(read.notes) ? read.notes : null;
            } catch (error) {
                return null;
            }
        }
    };
}());

/* The device's own track, and why it can take no clips. */
var track = (function () {
    var STEPS = 12; // a device in a rack in a rack has many parents

    /* Point `track` at the own track; whether it was found. */
    function find() {
        lom.path("track", "this_device");
        for (var step = 0; step <= STEPS; step++) {
            if (lom.type("track") === "Track") {
                return true;
            }
            if (!lom.point("track", lom.child("track", "canonical_parent"))) {
                return false;
            }
        }
        return false;
    }

    return {
        find: find,
        /* In plain words why no clip can be made here; empty where one can. */
        refusal: function () {
            if (!find()) {
                return "Live shows no track for this device: put it on a MIDI track";
            }
            if (lom.number("track", "is_foldable") === 1) {
                return "A group track takes no clips: put the device on a MIDI track";
            }
            if (lom.number("track", "has_midi_input") !== 1) {
                return "This track takes no MIDI clips: put the device on a MIDI track";
            }
            if (lom.number("track", "is_frozen") === 1) {
                return "The track is frozen: unfreeze it to get clips";
            }
            return "";
        }
    };
}());

/* The set: tempo, metre, view. */
var song = {
    tempo: function () {
        return lom.number("song", "tempo");
    },
    /* As "7/8"; 4/4 where Live says nothing. */
    metre: function () {
        var upper = lom.number("song", "signature_numerator");
        var lower = lom.number("song", "signature_denominator");
        return upper > 0 && lower > 0 ? upper + "/" + lower : "4/4";
    },
    isPlaying: function () {
        return lom.number("song", "is_playing") === 1;
    },
    /* Point `name` at the view of the set. */
    view: function (name) {
        return lom.point(name, lom.child("song", "view"));
    },
    /* Live 12.2 and later make clips in the Arrangement. */
    makesArrangementClips: function () {
        if (!lom.path("clip", "live_app")) {
            return false;
        }
        var major = Number(lom.call("clip", "get_major_version"));
        var minor = Number(lom.call("clip", "get_minor_version"));
        return major > 12 || (major === 12 && minor >= 2);
    }
};

/* Quarter notes in a bar of "7/8". */
function barOf(metre) {
    var parts = String(metre).split("/");
    var length = Number(parts[0]) * 4 / Number(parts[1]);
    return length > 0 && isFinite(length) ? length : 4;
}

/* Where clips go: empty slots of the own track alone, from the selected scene on. */
var slots = (function () {
    function isEmpty(id) {
        return lom.point("slot", id) && lom.number("slot", "has_clip") === 0;
    }

    function selected(scenes) {
        var scene = song.view("clip") ? lom.child("clip", "selected_scene") : 0;
        return Math.max(0, scenes.indexOf(scene));
    }

    /* One more scene at the end; whether there is one. */
    function addScene(count) {
        lom.callWith("song", "create_scene", -1);
        return lom.ids("song", "scenes").length > count;
    }

    function places(scenes, from) {
        var all = lom.ids("track", "clip_slots");
        var found = [];
        for (var n = from; n < all.length && n < scenes.length; n++) {
            found.push({ slot: all[n], scene: scenes[n], number: n + 1, empty: isEmpty(all[n]) });
        }
        return found;
    }

    /* The first `count` empty ones; of `inRow` the first run of them. Fewer where there are no more. */
    function pick(found, count, inRow) {
        if (!inRow) {
            return found.filter(function (place) {
                return place.empty;
            }).slice(0, count);
        }
        var run = [];
        for (var n = 0; n < found.length && run.length < count; n++) {
            run = found[n].empty ? run.concat([found[n]]) : [];
        }
        return run;
    }

    return {
        /*
         * `count` places {slot, scene, number}, planned before anything is written; scenes are made where there is no
         * room. Fewer where Live makes no more scenes.
         */
        plan: function (count, inRow) {
            var scenes = lom.ids("song", "scenes");
            var from = selected(scenes);
            var chosen = pick(places(scenes, from), count, inRow);
            while (chosen.length < count && addScene(scenes.length)) {
                scenes = lom.ids("song", "scenes");
                chosen = pick(places(scenes, from), count, inRow);
            }
            return chosen;
        },
        isEmpty: isEmpty,
        /* Show the user where the clips are. */
        show: function (place) {
            return song.view("clip") && lom.choose("clip", "highlighted_clip_slot", place.slot);
        },
        fire: function (place) {
            if (lom.point("slot", place.slot)) {
                lom.call("slot", "fire");
            }
        },
        /* Name a scene that has no name yet. */
        nameScene: function (place, name) {
            if (lom.point("clip", place.scene) && lom.text("clip", "name") === "") {
                lom.set("clip", "name", name);
            }
        }
    };
}());

/* One clip: writing it and reading it, and Live's word for what came of it. */
var clips = (function () {
    var GAP = 1e-5; // quarter notes between two notes of one pitch
    var COLORS = { groove: 0xf0a030, standin: 0x9a9a9a, touch: 0x30a8a0, song: 0x5a8fd8 };

    /* Notes of Live's kind out of flat numbers; none runs into the next of its pitch, which Live would cut or drop. */
    function notesOf(flat) {
        var notes = [];
        for (var n = 0; n + 3 < flat.length; n += 4) {
            notes.push({ pitch: flat[n], start_time: flat[n + 1], duration: flat[n + 2], velocity: flat[n + 3] });
        }
        notes.sort(function (a, b) {
            return a.start_time - b.start_time || a.pitch - b.pitch;
        });
        var before = {};
        return notes.filter(function (note) {
            var last = before[note.pitch];
            if (last && last.start_time === note.start_time) {
                return false;
            }
            if (last && last.start_time + last.duration > note.start_time + 1e-9) {
                last.duration = Math.max(GAP, note.start_time - GAP - last.start_time);
            }
            before[note.pitch] = note;
            return true;
        });
    }

    /* Fill the clip that `clip` points at; how many of its notes Live has afterwards. */
    function fill(made, notes) {
        var metre = made.metre.split("/");
        if (notes.length) {
            lom.callWith("clip", "add_new_notes", { notes: notes });
        }
        lom.set("clip", "looping", 1);
        lom.set("clip", "loop_end", made.length);
        lom.set("clip", "end_marker", made.length);
        lom.set("clip", "loop_start", 0);
        lom.set("clip", "start_marker", 0);
        lom.set("clip", "color", COLORS[made.kind] || COLORS.groove);
        lom.set("clip", "name", made.name);
        lom.set("clip", "signature_numerator", Number(metre[0]));
        lom.set("clip", "signature_denominator", Number(metre[1]));
        var there = lom.notes("clip", 0, made.length);
        return there === null ? -1 : there.length;
    }

    /* What is wrong with a clip that was filled, in words; empty where nothing is. */
    function wrong(made, notes, count) {
        if (count !== notes.length) {
            return "Live took " + Math.max(0, count) + " of " + notes.length + " notes of " + made.name;
        }
        if (Math.abs(lom.number("clip", "loop_end") - made.length) > 1e-6) {
            return "Live refused the length of " + made.name;
        }
        return "";
    }

    return {
        /* Write {name, flat, length, metre, kind} into an empty slot: "" or what went wrong, in words. */
        write: function (place, made) {
            var notes = notesOf(made.flat);
            if (!slots.isEmpty(place.slot)) {
                return "the slot in scene " + place.number + " is taken";
            }
            lom.callWith("slot", "create_clip", made.length);
            if (lom.number("slot", "has_clip") !== 1 || !lom.point("clip", lom.child("slot", "clip"))) {
                return "Live refused a clip in scene " + place.number;
            }
            return wrong(made, notes, fill(made, notes));
        },
        /* Write into the Arrangement at a time where nothing is: "" or what went wrong. */
        writeAt: function (start, made) {
            var notes = notesOf(made.flat);
            var before = lom.ids("track", "arrangement_clips");
            lom.callWithTwo("track", "create_midi_clip", start, made.length);
            var fresh = lom.ids("track", "arrangement_clips").filter(function (id) {
                return before.indexOf(id) < 0;
            });
            if (fresh.length !== 1 || !lom.point("clip", fresh[0])) {
                return "Live refused a clip in the Arrangement";
            }
            return wrong(made, notes, fill(made, notes));
        },
        /* The first bar line from `from` on with `length` quarter notes free in the Arrangement. */
        roomFrom: function (from, length, bar) {
            var taken = lom.ids("track", "arrangement_clips").map(function (id) {
                lom.point("clip", id);
                return [lom.number("clip", "start_time"), lom.number("clip", "end_time")];
            }).sort(function (a, b) {
                return a[0] - b[0];
            });
            var start = Math.ceil(from / bar - 1e-9) * bar;
            taken.forEach(function (span) {
                if (span[0] < start + length && span[1] > start) {
                    start = Math.ceil(span[1] / bar - 1e-9) * bar;
                }
            });
            return start;
        },
        /* The highlighted MIDI clip: {name, flat, length, metre}, its loop alone, from 0 on; null where there is none. */
        highlighted: function () {
            var id = 0;
            if (song.view("slot") && lom.point("clip", lom.child("slot", "highlighted_clip_slot"))) {
                id = lom.child("clip", "clip");
            }
            if (!id && song.view("slot")) {
                id = lom.child("slot", "detail_clip");
            }
            if (!lom.point("clip", id) || lom.number("clip", "is_midi_clip") === 0) {
                return null;
            }
            var start = lom.number("clip", "loop_start") || 0;
            var length = lom.number("clip", "loop_end") - start;
            var notes = length > 0 ? lom.notes("clip", start, length) : null;
            if (!notes || !notes.length) {
                return null;
            }
            var flat = [];
            notes.forEach(function (note) {
                if (!note.mute) {
                    flat.push(note.pitch, Math.max(0, note.start_time - start), note.duration);
                    flat.push(Math.max(1, Math.round(note.velocity)));
                }
            });
            return {
                name: lom.text("clip", "name"),
                flat: flat,
                length: length,
                metre: (lom.number("clip", "signature_numerator") || 4) + "/" +
                    (lom.number("clip", "signature_denominator") || 4)
            };
        }
    };
}());

/* What the controls say; the values here are those that the patch begins with. */
var state = {
    artist: "",
    style: "",
    blend: "",
    form: "default",
    host: "127.0.0.1",
    port: 8711,
    key: "",
    bars: 4,
    variations: 4,
    section: 0,
    follow: 1,
    tempo: 120,
    density: 0,
    syncopation: 0,
    swinging: 0,
    swing: 58,
    swing_of: 0,
    feel: 0,
    timing: 100,
    touch: 100,
    accents: 0,
    seed: 0,
    seed_lock: 0,
    blend_amount: 50,
    keep_kick: 0,
    keep_snare: 0,
    keep_hats: 0,
    keep_cymbals: 0,
    keep_toms: 0,
    audition: 0,
    arrangement: 0,
    provider: 0,
    transport: 0,
    drum_map: 0,
    page: 0
};

var SECTIONS = ["groove", "fill", "intro", "outro"];
var SWUNG = ["", "eighths", "sixteenths"];
var FEELS = ["", "straight", "swung", "triplet"];
var PROVIDERS = ["auto", "template", "anthropic", "google", "openai", "local"];
var TRANSPORTS = ["auto", "maxurl", "node"];
var KEPT = {
    keep_kick: "kick",
    keep_snare: "snare, side_stick",
    keep_hats: "hats",
    keep_cymbals: "rides, cymbals",
    keep_toms: "toms"
};
var MOST_SEED = 65535;

/* Voices that stay, as the API reads them: "kick, hats"; empty where none does. */
function keptVoices() {
    return Object.keys(KEPT).filter(function (name) {
        return state[name];
    }).map(function (name) {
        return KEPT[name];
    }).join(", ");
}

/* What every clip is asked for with: [field, value, ...]. */
function playing() {
    var pairs = [
        "tempo", state.follow ? song.tempo() || 120 : state.tempo,
        "time_signature", song.metre(),
        "seed", seedNow(),
        "timing_amount", state.timing / 100,
        "velocity_amount", state.touch / 100,
        "density", state.density / 100,
        "syncopation", state.syncopation / 100,
        "drum_map", DRUM_MAPS[state.drum_map] || "gm"
    ];
    if (state.swinging) {
        pairs.push("swing", state.swing);
        if (SWUNG[state.swing_of]) {
            pairs.push("swing_of", SWUNG[state.swing_of]);
        }
    }
    if (FEELS[state.feel]) {
        pairs.push("feel", FEELS[state.feel]);
    }
    if (state.style) {
        pairs.push("style", state.style);
    }
    if (state.blend && state.blend_amount > 0 && state.blend_amount < 100) {
        pairs.push("blend.artist", state.blend, "blend.amount", state.blend_amount / 100);
    }
    return pairs;
}

/* The seed of this request: the locked one, or a new one that is shown. */
function seedNow() {
    if (!state.seed_lock) {
        state.seed = Math.floor(Math.random() * (MOST_SEED + 1));
        screen.set("seed", state.seed);
    }
    return state.seed;
}

/* What the user sees: the strip and the window show the same. */
var screen = (function () {
    var shown = {};

    function both(name, message) {
        outlet(TO_STRIP, [name].concat(message));
        outlet(TO_WINDOW, [name].concat(message));
    }

    function short(text) {
        var said = String(text);
        return said.length > 220 ? said.slice(0, 217) + "..." : said;
    }

    return {
        /* Show without sending it back to us. */
        set: function (name, value) {
            both(name, ["set", value]);
        },
        setIn: function (face, name, value) {
            outlet(face, [name, "set", value]);
        },
        /* Have a control say what it holds. */
        bang: function (face, name) {
            outlet(face, [name, "bang"]);
        },
        say: function (text) {
            if (shown.status !== text) {
                shown.status = text;
                both("status", ["set", short(text)]);
            }
        },
        said: function () {
            return shown.status || "";
        },
        note: function (name, text) {
            if (shown[name] !== text) {
                shown[name] = text;
                both(name, ["set", short(text)]);
            }
        },
        progress: function (percent) {
            both("progress", [Math.max(0, Math.min(100, Math.round(percent)))]);
        },
        /* While a job goes on, Generate is locked and Cancel is open. */
        busy: function (is) {
            both("generate", ["active", is ? 0 : 1]);
            both("cancel", ["active", is ? 1 : 0]);
        },
        list: function (name, title, items) {
            both(name, ["clear"]);
            both(name, ["append", title]);
            items.forEach(function (item) {
                both(name, ["append", item]);
            });
        },
        page: function (number) {
            for (var page in PAGES) {
                var hidden = Number(page) === number ? 0 : 1;
                PAGES[page].forEach(function (varname) {
                    outlet(TO_PATCHER, ["script", "sendbox", varname, "hidden", hidden]);
                });
            }
        },
        browse: function (url) {
            outlet(TO_STRIP, ["browse", url]);
        },
        window: function (word) {
            outlet(TO_STRIP, ["window", word]);
        }
    };
}());

/*
 * One request at a time, by maxurl or, where that is silent or loses what it sends, by node.script.
 *
 * An answer comes in messages with the request's id: answer, say, notes, end; or error. Another id is stale.
 */
var talk = (function () {
    var SILENCE = 5000; // ms until a transport that never answered is given up
    var PATIENCE = 100000; // ms for an answer by one that has answered before
    var NODE_START = 30000; // ms that node.script may take to start
    var NOTES_A_MESSAGE = 200;

    var lastId = 0;
    var now = null;
    var using = "maxurl";
    var proven = { maxurl: false, node: false };
    var nodeIsUp = false;
    var greeting = false; // waiting for `ready`
    var standing = "starting"; // starting, ready, offline, stuck
    var version = "";
    var silence = new Task(onSilence);

    function out(message) {
        outlet(TO_TRANSPORT[using], message);
    }

    function wanted() {
        return TRANSPORTS[state.transport] || "auto";
    }

    function begin() {
        proven = { maxurl: false, node: false };
        standing = "starting";
        using = wanted() === "node" ? "node" : "maxurl";
        screen.say("Connecting to " + words.place());
        greet();
    }

    /* Have the transport say that it is there. */
    function greet() {
        greeting = true;
        silence.schedule(using === "node" ? NODE_START : SILENCE);
        if (using === "node" && !nodeIsUp) {
            screen.say("Starting the node script");
            out(["script", "start"]);
        } else {
            out(["hello"]);
        }
    }

    function ready(name, itsVersion) {
        if (name === "node") {
            nodeIsUp = true;
        }
        if (name !== using || !greeting) {
            return;
        }
        greeting = false;
        silence.cancel();
        if (String(itsVersion) !== VERSION) {
            screen.say("The script is of version " + itsVersion + ", the device of " + VERSION + ": install it again");
        }
        address();
        if (now) {
            send();
        } else {
            check();
        }
    }

    function address() {
        out(["server", state.host, state.port]);
        out(state.key ? ["key", state.key] : ["key"]);
    }

    function ask(verb, pairs, flat, done) {
        if (now || greeting) {
            return false;
        }
        now = { verb: verb, pairs: pairs, flat: flat, done: done, wasSentAgain: false };
        send();
        return true;
    }

    function send() {
        lastId += 1;
        now.id = lastId;
        now.status = 0;
        now.top = {};
        now.groups = {};
        now.parts = {};
        var size = NOTES_A_MESSAGE * 4;
        var parts = Math.ceil(now.flat.length / size);
        silence.schedule(proven[using] ? PATIENCE : SILENCE);
        for (var part = 1; part <= parts; part++) {
            out(["notes", now.id, 1, part, parts].concat(now.flat.slice((part - 1) * size, part * size)));
        }
        out(["request", now.id, now.verb].concat(now.pairs));
    }

    function finish(answer) {
        var done = now.done;
        now = null;
        silence.cancel();
        done(answer);
    }

    function failure(code, text) {
        return { ok: false, status: 0, code: code, top: { detail: text }, groups: {}, notes: {} };
    }

    function onSilence() {
        if (!proven[using] && using === "maxurl" && wanted() === "auto") {
            toNode();
            return;
        }
        if (greeting) {
            greeting = false;
            standing = "stuck";
            screen.say(using === "node"
                ? "The node script does not start: press Restart in Setup, or choose maxurl there"
                : "The script of maxurl does not answer: install the device again");
        }
        if (now) {
            out(["cancel", now.id]);
            finish(failure(standing === "stuck" ? "stuck" : "timeout", "no answer"));
        }
    }

    function toNode() {
        if (now) {
            out(["cancel", now.id]);
        }
        using = "node";
        greet();
    }

    function isMine(id) {
        return now !== null && !greeting && Number(id) === now.id;
    }

    /* Whether the backend was asked without the body that was sent. */
    function lostBody() {
        return using === "maxurl" && now.pairs.length > 0 && now.status === 422 &&
            /the body: is missing|: artist: is missing/.test(now.top.detail);
    }

    /* Notes by clip, in one list each; null where a part did not come. */
    function gathered() {
        var notes = {};
        for (var clip in now.parts) {
            var parts = now.parts[clip];
            notes[clip] = [];
            for (var part = 0; part < parts.length; part++) {
                if (!parts[part]) {
                    return null;
                }
                notes[clip] = notes[clip].concat(parts[part]);
            }
        }
        return notes;
    }

    function check(done) {
        return ask("health", [], [], function (answer) {
            standing = answer.ok ? "ready" : standing === "stuck" ? "stuck" : "offline";
            version = answer.ok ? String(answer.top.version || "") : "";
            (done || jobs.checked)(answer);
        });
    }

    return {
        begin: begin,
        ready: ready,
        ask: ask,
        check: check,
        isBusy: function () {
            return now !== null || greeting;
        },
        standing: function () {
            return standing;
        },
        using: function () {
            return using;
        },
        backend: function () {
            return version;
        },
        /* Host, port or key have changed. */
        readdress: function () {
            if (!greeting) {
                address();
                standing = "starting";
                check();
            }
        },
        cancel: function () {
            if (now) {
                out(["cancel", now.id]);
                now = null;
                if (!greeting) {
                    silence.cancel();
                }
            }
        },
        restart: function () {
            this.cancel();
            silence.cancel();
            greeting = false;
            if (nodeIsUp || using === "node") {
                outlet(TO_TRANSPORT.node, ["script", "stop"]);
                nodeIsUp = false;
            }
            begin();
        },
        nodeEnded: function () {
            nodeIsUp = false;
            if (using === "node" && !greeting && standing !== "starting") {
                standing = "stuck";
                screen.say("The node script has ended: press Restart in Setup");
                if (now) {
                    finish(failure("stuck", "the node script has ended"));
                }
            }
        },
        answer: function (id, status) {
            if (isMine(id)) {
                proven[using] = true;
                now.status = Number(status);
                silence.schedule(PATIENCE);
            }
        },
        tell: function (id, group, index, field, value) {
            if (!isMine(id)) {
                return;
            }
            if (group === "top") {
                now.top[field] = value;
                return;
            }
            now.groups[group] = now.groups[group] || {};
            now.groups[group][index] = now.groups[group][index] || {};
            now.groups[group][index][field] = value;
        },
        notes: function (id, clip, part, parts, numbers) {
            if (isMine(id)) {
                now.parts[clip] = now.parts[clip] || new Array(Number(parts));
                now.parts[clip][Number(part) - 1] = numbers;
            }
        },
        end: function (id) {
            if (!isMine(id)) {
                return;
            }
            if (lostBody()) {
                if (wanted() === "auto" && !now.wasSentAgain) {
                    now.wasSentAgain = true;
                    toNode();
                } else {
                    finish(failure("lost", "maxurl lost the request"));
                }
                return;
            }
            var notes = gathered();
            finish(notes === null ? failure("answer", "a part of the notes did not come") : {
                ok: now.status < 400,
                status: now.status,
                code: "",
                top: now.top,
                groups: now.groups,
                notes: notes
            });
        },
        error: function (id, code, text) {
            if (isMine(id)) {
                proven[using] = proven[using] || code !== "request"; // which was never sent
                finish(failure(String(code), String(text)));
            }
        }
    };
}());

/* What is said to the user, in plain words. */
var words = {
    place: function () {
        return state.host + ":" + state.port;
    },
    offline: function () {
        return "Backend offline at " + words.place() + ": start it with mdg up, or see Setup";
    },
    /* Why a request came to nothing. */
    failure: function (answer) {
        var detail = String(answer.top.detail || answer.top.title || "");
        if (answer.code === "refused") {
            return words.offline();
        }
        if (answer.code === "stuck") {
            return screen.said();
        }
        if (answer.code === "timeout") {
            return "The backend at " + words.place() + " does not answer: try again";
        }
        if (answer.code === "lost") {
            return "maxurl lost the request: choose auto or node in Setup";
        }
        if (answer.code) {
            return "Nothing came of it: " + detail;
        }
        if (answer.status === 401 || answer.status === 403) {
            return "The backend refuses this key: see Setup. " + detail;
        }
        if (answer.status === 404 && detail.indexOf("there is nothing at") === 0) {
            return "This backend cannot do that yet: update it";
        }
        if (answer.status >= 500) {
            return "The backend has trouble: " + detail;
        }
        return detail || "The backend says no (" + answer.status + ")";
    },
    /* "scene 3", "scenes 3-6", "scenes 3, 5 and 6" */
    scenes: function (numbers) {
        if (numbers.length === 1) {
            return "scene " + numbers[0];
        }
        var last = numbers[numbers.length - 1];
        if (last - numbers[0] === numbers.length - 1) {
            return "scenes " + numbers[0] + "-" + last;
        }
        return "scenes " + numbers.slice(0, -1).join(", ") + " and " + last;
    },
    count: function (number, thing) {
        return number + " " + thing + (number === 1 ? "" : "s");
    },
    /* How a research goes: "7 of 21 sources, asking genius". */
    progress: function (answer) {
        var sources = answer.groups.sources || {};
        var all = Object.keys(sources);
        var asking = all.filter(function (key) {
            return sources[key].status === "asking";
        });
        var said = String(answer.top.message || answer.top.stage || answer.top.status || "");
        if (all.length) {
            said = (all.length - asking.length) + " of " + all.length + " sources";
            if (asking.length) {
                said += ", asking " + sources[asking[0]].source;
            }
        }
        if (answer.top.position > 1) {
            said += ", number " + answer.top.position + " in the queue";
        }
        if (answer.top.estimate_seconds > 0) {
            said += ", about " + Math.ceil(answer.top.estimate_seconds / 60) + " min";
        }
        return said;
    },
    set: function () {
        var tempo = song.tempo();
        return tempo === null ? "" : "Set: " + Math.round(tempo * 100) / 100 + " BPM, " + song.metre();
    },
    versions: function () {
        var theirs = talk.backend();
        var mine = VERSION.split(".").slice(0, 2).join(".");
        if (theirs && theirs.split(".").slice(0, 2).join(".") !== mine) {
            return "Backend " + theirs + " and device " + VERSION + " differ: update the older one";
        }
        return "Ready: backend " + (theirs || "") + (theirs ? " " : "") + "at " + words.place() + " by " + talk.using();
    }
};

/* From an answer to clips in Live: all places are planned before anything is written. */
var writing = (function () {
    /* {name, flat, length, metre, kind} of each clip or section of an answer. */
    function makesOf(answer, kind) {
        var group = answer.groups.sections ? "sections" : "clips";
        var listed = answer.groups[group] || {};
        var metre = String(answer.top.time_signature || "4/4");
        return Object.keys(listed).map(Number).sort(function (a, b) {
            return a - b;
        }).map(function (index) {
            var of = listed[index];
            return {
                name: String(of.name) + (kind === "standin" ? " (stand-in)" : ""),
                flat: answer.notes[index] || [],
                length: Number(of.bars || answer.top.bars) * barOf(metre),
                metre: metre,
                kind: kind
            };
        });
    }

    function intoSession(makes, inRow) {
        var places = slots.plan(makes.length, inRow);
        if (places.length < makes.length && (inRow || !places.length)) {
            return { problem: "Live made no room: " + words.count(makes.length, "empty slot") + " needed" };
        }
        var problems = [];
        var done = [];
        places.forEach(function (place, n) {
            var problem = clips.write(place, makes[n]);
            if (problem) {
                problems.push(problem);
            } else {
                done.push(place);
            }
            if (inRow && !problem) {
                slots.nameScene(place, makes[n].name);
            }
        });
        if (places.length < makes.length) {
            problems.push("Live made room for " + places.length + " of " + makes.length + " clips");
        }
        if (done.length) {
            slots.show(done[0]);
            if (state.audition && song.isPlaying()) {
                slots.fire(done[0]);
            }
        }
        var numbers = done.map(function (place) {
            return place.number;
        });
        return {
            problem: problems[0] || "",
            said: done.length ? words.count(done.length, "clip") + " in Session, " + words.scenes(numbers) : "",
            where: done.length ? words.scenes(numbers) : ""
        };
    }

    function intoArrangement(makes) {
        var bar = barOf(makes[0].metre);
        var whole = makes.reduce(function (sum, made) {
            return sum + made.length;
        }, 0);
        var start = clips.roomFrom(lom.number("song", "current_song_time") || 0, whole, bar);
        var at = start;
        for (var n = 0; n < makes.length; n++) {
            var problem = clips.writeAt(at, makes[n]);
            if (problem) {
                return { problem: problem, said: "" };
            }
            at += makes[n].length;
        }
        var where = "from bar " + (Math.floor(start / bar + 1e-9) + 1);
        return {
            problem: "",
            said: words.count(makes.length, "clip") + " in the Arrangement, " + where,
            where: where
        };
    }

    function write(makes, inRow) {
        var refusal = track.refusal();
        if (refusal) {
            return { problem: refusal, said: "" };
        }
        if (!makes.length) {
            return { problem: "The answer has no clips", said: "" };
        }
        if (state.arrangement && song.makesArrangementClips()) {
            return intoArrangement(makes);
        }
        return intoSession(makes, inRow);
    }

    return {
        /* Write all clips of an answer and say where they are; `standin`: until the artist is known. */
        answer: function (answer, kind) {
            return write(makesOf(answer, kind), kind === "song" || Boolean(answer.groups.sections));
        },
        one: function (made) {
            return write([made], false);
        }
    };
}());

/* One job at a time: from a press to clips or a reason why not, over a task that is looked at until it has ended. */
var jobs = (function () {
    var SLOW = 2000; // ms between looks at a task
    var QUICK = 700;
    var LOST = 5; // looks without an answer, after which a task is given up

    var job = null;
    var pressed = null; // a job that waits for the transport
    var looking = new Task(look);

    function begin(run) {
        if (!lom.isOpen()) {
            screen.say("Live is still loading this device: one moment");
            return;
        }
        if (job) {
            screen.say("One thing at a time: wait, or press Cancel");
            return;
        }
        pressed = run;
        if (talk.standing() !== "ready" && !talk.isBusy()) {
            if (talk.standing() === "stuck") {
                talk.restart();
            } else {
                talk.check();
            }
        }
        screen.say("Connecting to " + words.place());
        next();
    }

    /* Go on with what waits. */
    function next() {
        if (job || talk.isBusy()) {
            return;
        }
        if (pressed && talk.standing() === "ready") {
            var run = pressed;
            pressed = null;
            run();
        } else if (talk.standing() === "ready") {
            lookups.next();
        }
    }

    /* /healthz has answered or not. */
    function checked(answer) {
        screen.note("setline", words.set());
        if (!job) {
            if (!answer.ok) {
                pressed = null;
                screen.say(words.failure(answer));
            } else if (/^(Connecting|Starting|Backend offline|The backend at|Ready|Live is)|^$/.test(screen.said())) {
                screen.say(words.versions());
            }
        }
        next();
    }

    function run(verb, pairs, flat, done) {
        job = { task: "", done: done, misses: 0 };
        screen.progress(5);
        screen.busy(true);
        talk.ask(verb, pairs, flat, heard);
    }

    function over(text) {
        job = null;
        looking.cancel();
        screen.progress(0);
        screen.busy(false);
        screen.say(text);
        next();
    }

    function report(result, remark) {
        var said = [result.said, result.problem, remark].filter(Boolean).join(". ");
        over(said);
    }

    /* An answer to the job: clips, a task to look at, or a failure. */
    function heard(answer) {
        if (!job) {
            return;
        }
        if (!answer.ok) {
            if (answer.groups.candidates) {
                buttons.offer(answer.groups.candidates);
            }
            over(words.failure(answer));
            return;
        }
        if (answer.status === 202 && answer.top.task_id) {
            job.task = String(answer.top.task_id);
            if (answer.top.provisional) {
                var result = writing.answer(answer, "standin");
                job.standin = result.where ? "Stand-ins: " + result.where : result.problem;
                var said = result.said ? "Stand-ins: " + result.said : result.problem;
                screen.say([said, answer.top.message].filter(Boolean).join(". "));
            } else {
                screen.say(String(answer.top.message || "In the queue"));
            }
            looking.schedule(QUICK);
            return;
        }
        job.done(answer);
    }

    function look() {
        if (job && job.task && !talk.ask("task", ["task_id", job.task], [], seen)) {
            looking.schedule(QUICK);
        }
    }

    function seen(answer) {
        if (!job) {
            return;
        }
        if (!answer.ok) {
            job.misses += 1;
            if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
                over(answer.status === 404 ? "The backend knows nothing of this any more: ask again" : words.failure(answer));
            } else if (job.misses >= LOST) {
                over(words.failure(answer));
            } else {
                screen.say(words.failure(answer));
                looking.schedule(SLOW);
            }
            return;
        }
        job.misses = 0;
        var status = String(answer.top.status);
        if (status === "completed") {
            job.done(answer);
        } else if (status === "failed" || status === "cancelled") {
            over(String(answer.top.error || (status === "failed" ? "The research failed" : "Cancelled")));
        } else {
            screen.progress(Math.max(5, Number(answer.top.progress) || 0));
            screen.say([words.progress(answer), job.standin].filter(Boolean).join(". "));
            looking.schedule(Number(answer.top.progress) > 0 ? QUICK : SLOW);
        }
    }

    return {
        begin: begin,
        run: run,
        over: over,
        report: report,
        next: next,
        checked: checked,
        isBusy: function () {
            return job !== null;
        },
        cancel: function () {
            if (!job) {
                screen.say(pressed ? "Cancelled" : "There is nothing to cancel");
                pressed = null;
                return;
            }
            var task = job.task;
            talk.cancel();
            if (task) {
                talk.ask("stop", ["task_id", task], [], function (answer) {
                    if (!answer.ok && answer.status !== 409) {
                        screen.say("Cancelled here; the backend may go on with its research");
                    }
                    next();
                });
            }
            over("Cancelled");
        }
    };
}());

/* What the strip shows of the artist, looked up while nothing else goes on. */
var lookups = (function () {
    var wishes = [];

    function wish(name) {
        if (wishes.indexOf(name) < 0) {
            wishes.push(name);
        }
    }

    function names(group) {
        return Object.keys(group || {}).map(function (key) {
            return String(group[key].name);
        });
    }

    function then(show) {
        return function (answer) {
            if (answer.ok) {
                show(answer);
            }
            jobs.next();
        };
    }

    var of = {
        matches: function () {
            talk.ask("artists", ["q", state.artist, "limit", 12], [], then(function (answer) {
                screen.list("matches", "Known artists", names(answer.groups.artists));
            }));
        },
        known: function () {
            talk.ask("known", ["artist", state.artist], [], then(function (answer) {
                if (answer.top.exists) {
                    wish("profile");
                    wish("similar");
                } else {
                    screen.note("profile", state.artist + " is not known yet: Generate has them researched first.");
                    screen.list("similar", "Similar artists", []);
                }
            }));
        },
        profile: function () {
            talk.ask("profile", ["artist", state.artist], [], then(function (answer) {
                var sure = Math.round(100 * answer.top.confidence_score) + " % sure. ";
                screen.note("profile", answer.top.name + ", " + sure + (answer.top.text_description || ""));
                screen.list("styles", "All styles", names(answer.groups.styles));
            }));
        },
        similar: function () {
            talk.ask("similar", ["artist", state.artist, "limit", 8], [], then(function (answer) {
                screen.list("similar", "Similar artists", names(answer.groups.similar));
            }));
        }
    };

    return {
        /* Begin the next one, if there is one. */
        next: function () {
            var name = state.artist ? wishes.shift() : undefined;
            if (name) {
                of[name]();
            }
        },
        /* The artist may have become known, or better known. */
        again: function () {
            wish("profile");
            wish("similar");
        },
        /* The artist's name was typed, or is being typed. */
        named: function (isTyping) {
            wish("matches");
            if (!isTyping) {
                wish("known");
            }
            jobs.next();
        }
    };
}());

/* What each button asks for. */
var buttons = (function () {
    var candidates = {}; // label -> MusicBrainz id, while one of several artists is to be picked

    /* Several artists have the name: the user picks one of them. */
    function offer(listed) {
        candidates = {};
        var labels = Object.keys(listed).map(function (key) {
            var of = listed[key];
            var label = String(of.name) + (of.disambiguation ? " (" + of.disambiguation + ")" : "");
            candidates[label] = String(of.mbid);
            return label;
        });
        screen.list("matches", "Which one is meant?", labels);
    }

    function needsArtist() {
        if (!state.artist) {
            screen.say("Type an artist's name first");
            return true;
        }
        return false;
    }

    function refused() {
        var refusal = lom.isOpen() ? track.refusal() : "";
        if (refusal) {
            screen.say(refusal);
        }
        return Boolean(refusal);
    }

    function made(kind) {
        return function (answer) {
            lookups.again();
            jobs.report(writing.answer(answer, kind), answer.top.remark);
        };
    }

    function generate() {
        if (refused() || needsArtist()) {
            return;
        }
        var pairs = [
            "artist", state.artist,
            "bars", state.bars,
            "variations", state.variations,
            "section", SECTIONS[state.section] || "groove",
            "provider", PROVIDERS[state.provider] || "auto"
        ].concat(playing());
        var flat = [];
        if (keptVoices()) {
            var clip = clips.highlighted();
            if (!clip) {
                screen.say("Click the MIDI clip whose drums are to stay, or let none stay");
                return;
            }
            flat = clip.flat;
            pairs.push("lock.voices", keptVoices());
            pairs.push("lock.bars", Math.min(16, Math.max(1, Math.ceil(clip.length / barOf(song.metre()) - 1e-6))));
        }
        screen.say("Asking for " + words.count(state.variations, "clip") + " like " + state.artist);
        jobs.run("generate", pairs, flat, made("groove"));
    }

    function humanise() {
        if (refused()) {
            return;
        }
        var clip = clips.highlighted();
        if (!clip) {
            screen.say("Click the MIDI clip that is to be played");
            return;
        }
        var pairs = [
            "tempo", state.follow ? song.tempo() || 120 : state.tempo,
            "time_signature", clip.metre,
            "bars", Math.max(1, Math.ceil(clip.length / barOf(clip.metre) - 1e-6)),
            "drum_map", DRUM_MAPS[state.drum_map] || "gm",
            "timing_amount", state.timing / 100,
            "velocity_amount", state.touch / 100,
            "keep_accents", state.accents ? "true" : "false",
            "seed", seedNow()
        ];
        if (state.artist) {
            pairs.push("artist", state.artist);
        }
        screen.say("Playing the clip" + (state.artist ? " like " + state.artist : ""));
        jobs.run("humanize", pairs, clip.flat, function (answer) {
            var result = writing.one({
                name: (clip.name || "clip") + " - " + (answer.top.artist || "played"),
                flat: answer.notes[1] || [],
                length: clip.length,
                metre: clip.metre,
                kind: "touch"
            });
            jobs.report(result, answer.top.remark);
        });
    }

    function makeSong() {
        if (refused() || needsArtist()) {
            return;
        }
        screen.say("Asking for a song like " + state.artist);
        jobs.run("song", ["artist", state.artist, "form", state.form || "default"].concat(playing()), [], made("song"));
    }

    function augment() {
        if (needsArtist()) {
            return;
        }
        screen.say("Looking for more of " + state.artist);
        jobs.run("augment", ["artist", state.artist], [], function () {
            lookups.again();
            jobs.over("There is more of " + state.artist + " now");
        });
    }

    /* Research the artist whom the user has picked among several, then generate. */
    function research(mbid) {
        jobs.run("research", ["artist", state.artist, "mbid", mbid], [], function () {
            jobs.over(state.artist + " is known now");
            jobs.begin(generate);
        });
    }

    return {
        generate: generate,
        humanise: humanise,
        song: makeSong,
        augment: augment,
        offer: offer,
        /* An item of the list was picked: whether it was one of several artists of a name. */
        picked: function (label) {
            var mbid = candidates[label];
            candidates = {};
            if (mbid) {
                jobs.begin(function () {
                    research(mbid);
                });
            }
            return Boolean(mbid);
        }
    };
}());

/* Is the script ready, does the backend answer and of which version is it, is the own track found? */
var selfTest = (function () {
    var LATER = 700; // ms until the next try while something goes on
    var later = new Task(begin);

    function begin() {
        if (!lom.isOpen()) {
            screen.note("selfline", "Live is still loading this device");
            return;
        }
        screen.note("selfline", "Testing");
        if (!talk.check(end)) {
            later.schedule(LATER);
        }
    }

    function end(answer) {
        var backend = answer.ok ? "Backend " + (talk.backend() || "of no version") + " found" : words.failure(answer);
        var own = track.find() ? "Track " + lom.text("track", "name") + " found" : "Own track not found";
        screen.note("selfline", "Script ready by " + talk.using() + ". " + backend + ". " + own);
        jobs.next();
    }

    return { begin: begin };
}());

/* Messages that come in. */
var HEALTH = 5000; // ms between looks at the backend
var TYPING = 350; // ms after the last key

var peekedAt = -1; // the face whose name is read while it is being typed
var pulse = new Task(function () {
    if (!jobs.isBusy() && !talk.isBusy() && talk.standing() !== "stuck") {
        talk.check();
    }
    pulse.schedule(HEALTH);
});
var typing = new Task(function () {
    screen.bang(peekedAt, "artist");
});

/* live.thisdevice: the device is loaded, its parameters are restored, Live can be asked. */
function start() {
    if (!lom.open()) {
        screen.say("Live does not answer this device: delete it and add it again");
        return;
    }
    screen.note("version", "Version " + VERSION);
    ASKED.forEach(function (name) {
        screen.bang(TO_STRIP, name);
    });
    screen.page(state.page + 1);
    screen.busy(false);
    talk.begin();
    pulse.schedule(HEALTH);
}

/* live.thisdevice again: a preset was loaded, the device was moved. */
function again() {
    if (lom.isOpen()) {
        lom.open();
    } else {
        start();
    }
}

function closing() {
    pulse.cancel();
    typing.cancel();
    talk.cancel();
    lom.close();
}

/* control <face> <name> <value>: a number was chosen. */
function control(face, name, value) {
    if (!state.hasOwnProperty(name) || typeof state[name] !== "number" || !isFinite(Number(value))) {
        return;
    }
    var is = Number(value);
    var changed = state[name] !== is;
    state[name] = is;
    if (name === "page") {
        if (lom.isOpen()) {
            screen.page(is + 1);
        }
        return;
    }
    screen.setIn(face === "strip" ? TO_WINDOW : TO_STRIP, name, is);
    if (changed && lom.isOpen()) {
        if (name === "port") {
            talk.readdress();
        } else if (name === "transport") {
            talk.restart();
        }
    }
}

/* typed <face> <name> text <words>: without `text` the field is empty. */
function typed(face, name) {
    var atoms = Array.prototype.slice.call(arguments, 2);
    var text = atoms[0] === "text" ? atoms.slice(1).join(" ").replace(/\s+/g, " ").replace(/^ | $/g, "") : "";
    var isTyping = name === "artist" && peekedAt >= 0;
    if (!state.hasOwnProperty(name) || typeof state[name] !== "string") {
        return;
    }
    if (name === "artist") {
        peekedAt = -1;
    }
    var changed = state[name] !== text;
    state[name] = text.slice(0, 800);
    if (!isTyping) {
        screen.setIn(face === "strip" ? TO_WINDOW : TO_STRIP, name, state[name]);
    }
    if (name === "artist" && text && lom.isOpen() && (changed || !isTyping)) {
        lookups.named(isTyping);
    } else if (changed && lom.isOpen() && (name === "host" || name === "key")) {
        talk.readdress();
    }
}

/* A key in the artist's field: read what is there once the typing rests. */
function keyed(face) {
    if (lom.isOpen()) {
        peekedAt = face === "strip" ? TO_STRIP : TO_WINDOW;
        typing.cancel();
        typing.schedule(TYPING);
    }
}

/* picked <list> <index> and picked <list> <words>: an item of a list. */
function picked(list) {
    var label = Array.prototype.slice.call(arguments, 1).join(" ");
    if (/^(Known artists|Similar artists|All styles|Which one is meant\?)$/.test(label)) {
        if (list === "styles") {
            state.style = "";
            screen.set("style", "");
        }
        return;
    }
    if (list === "styles") {
        state.style = label;
        screen.set("style", label);
        return;
    }
    if (list === "matches" && buttons.picked(label)) {
        return;
    }
    state.artist = label;
    screen.set("artist", label);
    lookups.named(false);
}

/* press <button>; a 0 is the release of a mapped button. */
function press(button, value) {
    if (value === 0) {
        return;
    }
    if (button === "generate") {
        jobs.begin(buttons.generate);
    } else if (button === "cancel") {
        jobs.cancel();
    } else if (button === "humanise") {
        jobs.begin(buttons.humanise);
    } else if (button === "song") {
        jobs.begin(buttons.song);
    } else if (button === "augment") {
        jobs.begin(buttons.augment);
    } else if (button === "selftest") {
        selfTest.begin();
    } else if (button === "restart" && lom.isOpen()) {
        talk.restart();
    } else if (button === "open_page") {
        screen.browse("http://" + state.host + ":" + state.port + "/");
    } else if (button === "open_window") {
        screen.window("open");
    }
}

function ready(name, version) {
    talk.ready(String(name), version);
}

function answer(id, status) {
    talk.answer(id, status);
}

function say(id, group, index, field, value) {
    talk.tell(id, String(group), Number(index), String(field), value);
}

function notes(id, clip, part, parts) {
    talk.notes(id, clip, part, parts, Array.prototype.slice.call(arguments, 4));
}

function end(id) {
    talk.end(id);
}

function error(id, code, text) {
    talk.error(id, code, text);
}

/* What node.script tells of its process. */
function nodestate(word) {
    if (word === "stop" || word === "terminated") {
        talk.nodeEnded();
    }
}

barOf.local = 1;
keptVoices.local = 1;
playing.local = 1;
seedNow.local = 1;
