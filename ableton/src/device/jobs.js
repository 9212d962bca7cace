/* What the user has asked for: one job at a time; between jobs, what the strip shows of the artist is looked up. */
var jobs = (function () {
    var SLOW = 2000; // ms between looks at a task
    var QUICK = 700;
    var LOST = 5; // looks without an answer, after which a task is given up

    var job = null;
    var pressed = null; // a job that waits for the transport
    var wishes = []; // look-ups for when nothing else goes on
    var candidates = {};
    var looking = new Task(look);
    var testing = new Task(selfTest);

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
        } else if (wishes.length && talk.standing() === "ready") {
            wishes.shift()();
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
                offer(answer.groups.candidates);
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
            report(writing.answer(answer, kind), answer.top.remark);
            wish(lookups.profile);
            wish(lookups.similar);
        };
    }

    function wish(lookup) {
        if (wishes.indexOf(lookup) < 0) {
            wishes.push(lookup);
        }
        next();
    }

    function lookedUp(done) {
        return function (answer) {
            if (answer.ok) {
                done(answer);
            }
            next();
        };
    }

    function names(group) {
        return Object.keys(group || {}).map(function (key) {
            return String(group[key].name);
        });
    }

    var lookups = {
        matches: function () {
            talk.ask("artists", ["q", state.artist, "limit", 12], [], lookedUp(function (answer) {
                screen.list("matches", "Known artists", names(answer.groups.artists));
            }));
        },
        known: function () {
            if (!state.artist) {
                next();
                return;
            }
            talk.ask("known", ["artist", state.artist], [], lookedUp(function (answer) {
                if (answer.top.exists) {
                    wish(lookups.profile);
                    wish(lookups.similar);
                } else {
                    screen.note("profile", state.artist + " is not known yet: Generate has them researched first.");
                    screen.list("similar", "Similar artists", []);
                }
            }));
        },
        profile: function () {
            talk.ask("profile", ["artist", state.artist], [], lookedUp(function (answer) {
                var confidence = Math.round(100 * answer.top.confidence_score);
                screen.note("profile", answer.top.name + ", " + confidence + " % sure. " + (answer.top.text_description || ""));
                screen.list("styles", "All styles", names(answer.groups.styles));
            }));
        },
        similar: function () {
            talk.ask("similar", ["artist", state.artist, "limit", 8], [], lookedUp(function (answer) {
                screen.list("similar", "Similar artists", names(answer.groups.similar));
            }));
        }
    };

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
        run("generate", pairs, flat, made("groove"));
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
        run("humanize", pairs, clip.flat, function (answer) {
            var result = writing.one({
                name: (clip.name || "clip") + " - " + (answer.top.artist || "played"),
                flat: answer.notes[1] || [],
                length: clip.length,
                metre: clip.metre,
                kind: "touch"
            });
            report(result, answer.top.remark);
        });
    }

    function makeSong() {
        if (refused() || needsArtist()) {
            return;
        }
        screen.say("Asking for a song like " + state.artist);
        run("song", ["artist", state.artist, "form", state.form || "default"].concat(playing()), [], made("song"));
    }

    function augment() {
        if (needsArtist()) {
            return;
        }
        screen.say("Looking for more of " + state.artist);
        run("augment", ["artist", state.artist], [], function () {
            over("There is more of " + state.artist + " now");
            wish(lookups.profile);
            wish(lookups.similar);
        });
    }

    /* Research the artist whom the user has picked among several, then generate. */
    function research(mbid) {
        run("research", ["artist", state.artist, "mbid", mbid], [], function () {
            over(state.artist + " is known now");
            begin(generate);
        });
    }

    function selfTest() {
        if (!lom.isOpen()) {
            screen.note("selfline", "Live is still loading this device");
            return;
        }
        screen.note("selfline", "Testing");
        if (!talk.check(tested)) {
            testing.schedule(QUICK); // once what goes on has ended
        }
    }

    function tested(answer) {
        var backend = answer.ok ? "Backend " + (talk.backend() || "of no version") + " found" : words.failure(answer);
        var own = track.find() ? "Track " + lom.text("track", "name") + " found" : "Own track not found";
        screen.note("selfline", "Script ready by " + talk.using() + ". " + backend + ". " + own);
        next();
    }

    return {
        generate: function () {
            begin(generate);
        },
        humanise: function () {
            begin(humanise);
        },
        song: function () {
            begin(makeSong);
        },
        augment: function () {
            begin(augment);
        },
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
        },
        /* The artist's name was typed, or is being typed. */
        named: function (isTyping) {
            if (lom.isOpen()) {
                wish(lookups.matches);
                if (!isTyping) {
                    wish(lookups.known);
                }
            }
        },
        picked: function (label) {
            var mbid = candidates[label];
            candidates = {};
            if (mbid) {
                begin(function () {
                    research(mbid);
                });
                return true;
            }
            return false;
        },
        next: next,
        selfTest: selfTest
    };
}());
