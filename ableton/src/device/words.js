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
