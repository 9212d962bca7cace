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
