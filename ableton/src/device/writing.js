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
