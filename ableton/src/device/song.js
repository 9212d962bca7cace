/* The set: tempo, metre, view. */
var song = {
    tempo: function () {
        return lom.number("song", "tempo");
    },
    /* As "7/8"; 4/4 where Live says nothing. */
    metre: function () {
        var upper = lom.number("song", "signature_numerator");
        var lower = lom.number("song", "signature_denominator");
        return upper > 0 && lower > 0 ? upper + "/" + lower : "4/4";
    },
    isPlaying: function () {
        return lom.number("song", "is_playing") === 1;
    },
    /* Point `name` at the view of the set. */
    view: function (name) {
        return lom.point(name, lom.child("song", "view"));
    },
    /* Live 12.2 and later make clips in the Arrangement. */
    makesArrangementClips: function () {
        if (!lom.path("clip", "live_app")) {
            return false;
        }
        var major = Number(lom.call("clip", "get_major_version"));
        var minor = Number(lom.call("clip", "get_minor_version"));
        return major > 12 || (major === 12 && minor >= 2);
    }
};

/* Quarter notes in a bar of "7/8". */
function barOf(metre) {
    var parts = String(metre).split("/");
    var length = Number(parts[0]) * 4 / Number(parts[1]);
    return length > 0 && isFinite(length) ? length : 4;
}
