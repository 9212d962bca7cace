/* The device's own track, and why it can take no clips. */
var track = (function () {
    var STEPS = 12; // a device in a rack in a rack has many parents

    /* Point `track` at the own track; whether it was found. */
    function find() {
        lom.path("track", "this_device");
        for (var step = 0; step <= STEPS; step++) {
            if (lom.type("track") === "Track") {
                return true;
            }
            if (!lom.point("track", lom.child("track", "canonical_parent"))) {
                return false;
            }
        }
        return false;
    }

    return {
        find: find,
        /* In plain words why no clip can be made here; empty where one can. */
        refusal: function () {
            if (!find()) {
                return "Live shows no track for this device: put it on a MIDI track";
            }
            if (lom.number("track", "is_foldable") === 1) {
                return "A group track takes no clips: put the device on a MIDI track";
            }
            if (lom.number("track", "has_midi_input") !== 1) {
                return "This track takes no MIDI clips: put the device on a MIDI track";
            }
            if (lom.number("track", "is_frozen") === 1) {
                return "The track is frozen: unfreeze it to get clips";
            }
            return "";
        }
    };
}());
