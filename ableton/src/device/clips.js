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
