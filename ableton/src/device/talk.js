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
