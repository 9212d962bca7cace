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
