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
