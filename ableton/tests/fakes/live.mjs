/*
 * A Live that is not there: the Live Object Model as far as the device uses it, with Live's rules.
 *
 * Nothing throws at the script: what is missing or refused answers the bare number 1. What a script must not do is
 * noted in `faults`. Everything that changes the set is in `log`.
 */
class Thing {
    constructor(id, type, values) {
        Object.assign(this, { id, type, values }); // values: property -> value
        this.children = {}; // property -> Thing or [Thing] or null
        this.parent = null;
    }
}

export class FakeLive {
    /*
     * tracks [{name, kind: midi|audio|group, frozen, clips: {index: {length, notes, values}}}], scenes, own (index of
     * the device's track), racks (how deep the device is), metre [3, 4], refuse {method: how often}, losesNotes
     */
    constructor(options = {}) {
        this.nextId = 1;
        this.log = [];
        this.faults = [];
        this.isReady = false;
        this.made = 0;
        this.most = options.mostScenes ?? Infinity;
        this.refuse = { ...options.refuse };
        this.losesNotes = options.losesNotes ?? 0;
        this.fired = [];
        this.things = new Map();
        const [major, minor] = options.version ?? [12, 4];
        this.app = this.add("Application");
        this.version = { get_major_version: major, get_minor_version: minor, get_bugfix_version: 0 };
        this.song = this.add("Song", {
            tempo: options.tempo ?? 120,
            signature_numerator: options.metre?.[0] ?? 4,
            signature_denominator: options.metre?.[1] ?? 4,
            is_playing: options.isPlaying ? 1 : 0,
            current_song_time: options.time ?? 0
        });
        this.view = this.add("Song.View", {}, this.song);
        this.song.children = { view: this.view, scenes: [], tracks: [] };
        for (let n = 0; n < (options.scenes ?? 8); n++) {
            this.addScene(options.sceneNames?.[n] ?? "");
        }
        for (const of of options.tracks ?? [{ name: "Drums" }]) {
            this.addTrack(of);
        }
        this.view.children = {
            selected_scene: this.song.children.scenes[options.selected ?? 0],
            highlighted_clip_slot: null,
            detail_clip: null
        };
        this.device = this.addDevice(options.lost ? null : (options.own ?? 0), options.racks);
    }

    /* One more of our devices on a track, in so many racks. */
    addDevice(track, racks = 0) {
        let parent = track === null ? null : this.song.children.tracks[track];
        for (let n = 0; n < racks; n++) {
            parent = this.add("Chain", {}, this.add("RackDevice", {}, parent));
        }
        return this.add("MaxDevice", { name: "MidiDrumiGen" }, parent);
    }

    add(type, values = {}, parent = null) {
        const thing = new Thing(this.nextId++, type, values);
        thing.parent = parent;
        this.things.set(thing.id, thing);
        return thing;
    }

    addScene(name = "") {
        this.song.children.scenes.push(this.add("Scene", { name }, this.song));
        for (const track of this.song.children.tracks) {
            this.addSlot(track);
        }
    }

    addSlot(track) {
        const slot = this.add("ClipSlot", {}, track);
        slot.children.clip = null;
        track.children.clip_slots.push(slot);
    }

    addTrack({ name, kind = "midi", frozen = false, clips = {} }) {
        const values = {
            name,
            has_midi_input: kind === "midi" ? 1 : 0,
            is_foldable: kind === "group" ? 1 : 0,
            is_frozen: frozen ? 1 : 0,
            color: 0xff9436
        };
        const track = this.add("Track", values, this.song);
        track.children = { clip_slots: [], arrangement_clips: [] };
        this.song.children.tracks.push(track);
        this.song.children.scenes.forEach(() => this.addSlot(track));
        for (const index in clips) {
            const slot = track.children.clip_slots[index];
            const clip = this.newClip(slot, clips[index].length ?? 4);
            Object.assign(clip.values, clips[index].values);
            clip.notes = (clips[index].notes ?? []).map((note) => ({ note_id: this.nextId++, mute: 0, ...note }));
            slot.children.clip = clip;
        }
    }

    newClip(parent, length) {
        const values = {
            name: "",
            color: 0,
            is_midi_clip: 1,
            looping: 1,
            loop_start: 0,
            loop_end: length,
            start_marker: 0,
            end_marker: length,
            signature_numerator: 4,
            signature_denominator: 4
        };
        const clip = this.add("Clip", values, parent);
        clip.notes = [];
        return clip;
    }

    slot(index, track = 0) {
        return this.song.children.tracks[track].children.clip_slots[index];
    }

    /* The user clicks a slot. */
    highlight(index, track = 0) {
        this.view.children.highlighted_clip_slot = this.slot(index, track);
        this.view.children.selected_scene = this.song.children.scenes[index];
    }

    /* The scene, from 1, of the highlighted slot. */
    highlighted(track = 0) {
        const slots = this.song.children.tracks[track].children.clip_slots;
        return slots.indexOf(this.view.children.highlighted_clip_slot) + 1;
    }

    /* What stands in the track's slots: [{scene, name, length, metre, notes, ...}] */
    clips(track = 0) {
        return this.song.children.tracks[track].children.clip_slots.flatMap((slot, index) =>
            slot.children.clip ? [{ scene: index + 1, ...describe(slot.children.clip) }] : []
        );
    }

    sceneNames() {
        return this.song.children.scenes.map((scene) => scene.values.name);
    }

    arrangement(track = 0) {
        const { arrangement_clips } = this.song.children.tracks[track].children;
        return arrangement_clips.map((clip) => ({ start: clip.start, ...describe(clip) }));
    }

    resolve(path, device) {
        const known = { live_set: this.song, "live_set view": this.view, this_device: device, live_app: this.app };
        return known[path] ?? null;
    }

    /* The class that the scripts of a device see. */
    LiveAPI(device = this.device) {
        const live = this;
        return class LiveAPI {
            constructor(first, second) {
                if (!live.isReady) {
                    live.faults.push("a LiveAPI object before live.thisdevice's bang");
                }
                live.made += 1;
                this.thing = live.resolve(typeof first === "string" ? first : (second ?? ""), device);
            }
            get id() {
                return this.thing && live.things.has(this.thing.id) ? String(this.thing.id) : "0";
            }
            set id(value) {
                this.thing = live.things.get(Number(value)) ?? null;
            }
            get path() {
                return '"a path in quotes"';
            }
            set path(value) {
                this.thing = live.resolve(value, device);
            }
            goto(path) {
                this.path = path;
            }
            get type() {
                return this.id === "0" ? "unknown" : this.thing.type;
            }
            get(property) {
                return this.id === "0" ? 1 : live.get(this.thing, property);
            }
            getcount(property) {
                return this.id === "0" ? 0 : [].concat(this.thing.children[property] ?? []).length;
            }
            set(property, ...values) {
                if (this.id !== "0") {
                    live.set(this.thing, property, values);
                }
                return 1;
            }
            call(method, ...values) {
                return this.id === "0" ? 1 : live.call(this.thing, method, values);
            }
        };
    }

    get(thing, property) {
        if (property === "canonical_parent") {
            return ["id", thing.parent ? thing.parent.id : 0];
        }
        if (property === "has_clip" && thing.type === "ClipSlot") {
            return [thing.children.clip ? 1 : 0];
        }
        if (thing.type === "Clip" && (property === "start_time" || property === "end_time")) {
            const start = thing.start ?? 0;
            return [property === "start_time" ? start : start + thing.values.loop_end - thing.values.loop_start];
        }
        if (property in thing.children) {
            const child = thing.children[property];
            return Array.isArray(child) ? child.flatMap((each) => ["id", each.id]) : ["id", child ? child.id : 0];
        }
        if (property in thing.values) {
            const value = thing.values[property];
            // a name of digits comes back as a number
            return [typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value];
        }
        return 1;
    }

    set(thing, property, values) {
        this.log.push(`${thing.type} set ${property} ${values.join(" ")}`);
        if (property in thing.children) {
            if (values[0] === "id") {
                thing.children[property] = this.things.get(Number(values[1])) ?? thing.children[property];
            }
            return; // any other form is dropped
        }
        const is = thing.values;
        const value = values[0];
        if (!(property in is) || values.length !== 1) {
            return;
        }
        if (thing.type === "Clip") {
            if (property === "loop_start" && value >= is.loop_end) return;
            if (property === "loop_end" && value <= is.loop_start) return;
            if (property === "end_marker" && value <= is.start_marker) return;
            if (property === "start_marker" && (!is.looping || value >= is.end_marker)) return;
        }
        is[property] = value;
    }

    call(thing, method, values) {
        if (thing === this.app && method in this.version) {
            return this.version[method];
        }
        if (method === "get_notes_extended" && thing.type === "Clip") {
            return JSON.stringify({ notes: inRange(thing.notes, values) });
        }
        this.log.push(`${thing.type} call ${method} ${values.map(shown).join(" ")}`.trim());
        if (this.refuse[method] > 0) {
            this.refuse[method] -= 1;
            return 1;
        }
        const act = {
            create_scene: () => this.song.children.scenes.length < this.most && this.addScene(),
            create_clip: () => this.createClip(thing, values[0]),
            create_midi_clip: () => this.createArrangementClip(thing, values[0], values[1]),
            add_new_notes: () => this.addNotes(thing, values[0]),
            fire: () => this.fired.push(thing.id)
        }[method];
        if (!act) {
            this.faults.push(`${thing.type} call ${method}`);
            return 1;
        }
        return act() === false ? 1 : ["id", 0];
    }

    createClip(slot, length) {
        const track = slot.parent;
        if (slot.type !== "ClipSlot" || slot.children.clip || !track.values.has_midi_input || track.values.is_frozen) {
            this.faults.push("create_clip where Live refuses it");
            return false;
        }
        if (!(length > 0)) {
            this.faults.push(`create_clip of length ${length}`);
            return false;
        }
        slot.children.clip = this.newClip(slot, length);
        return true;
    }

    createArrangementClip(track, start, length) {
        const { get_major_version: major, get_minor_version: minor } = this.version;
        if (major < 12 || (major === 12 && minor < 2) || !(length > 0) || !(start >= 0)) {
            this.faults.push("create_midi_clip where Live refuses it");
            return false;
        }
        const clip = this.newClip(track, length);
        clip.start = start;
        track.children.arrangement_clips.push(clip);
        return true;
    }

    addNotes(clip, { notes }) {
        for (const note of notes) {
            const unknown = Object.keys(note).filter((key) => !KNOWN.has(key));
            if (unknown.length || !(note.duration > 0) || !(note.start_time >= 0) || !Number.isInteger(note.pitch)) {
                this.faults.push(`a note that Live refuses: ${JSON.stringify(note)}`);
                return false;
            }
        }
        for (const note of notes.slice(this.losesNotes)) {
            const ofPitch = clip.notes.filter((other) => other.pitch === note.pitch);
            if (ofPitch.some((other) => other.start_time === note.start_time)) {
                this.faults.push(`two notes of pitch ${note.pitch} at ${note.start_time}`);
            }
            for (const other of ofPitch) {
                if (other.start_time < note.start_time && other.start_time + other.duration > note.start_time + 1e-9) {
                    this.faults.push(`notes of pitch ${note.pitch} overlap at ${note.start_time}`);
                }
            }
            clip.notes.push({ note_id: this.nextId++, probability: 1, mute: 0, ...note });
        }
        return true;
    }
}

const KNOWN = new Set([
    "pitch",
    "start_time",
    "duration",
    "velocity",
    "mute",
    "probability",
    "velocity_deviation",
    "release_velocity"
]);

function inRange(notes, [pitch, pitches, from, span]) {
    return notes.filter(
        (note) =>
            note.pitch >= pitch &&
            note.pitch < pitch + pitches &&
            note.start_time >= from &&
            note.start_time < from + span
    );
}

function shown(value) {
    if (typeof value === "object") {
        return `{${value.notes.length} notes from ${value.notes[0].pitch}@${value.notes[0].start_time}}`;
    }
    return String(value);
}

function describe({ values, notes }) {
    return {
        name: String(values.name),
        length: values.loop_end - values.loop_start,
        metre: `${values.signature_numerator}/${values.signature_denominator}`,
        looping: values.looping,
        end: values.end_marker,
        notes: notes.map(({ pitch, start_time, duration, velocity }) => [pitch, start_time, duration, velocity])
    };
}
