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
