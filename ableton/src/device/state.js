/* What the controls say; the values here are those that the patch begins with. */
var state = {
    artist: "",
    style: "",
    blend: "",
    form: "default",
    host: "127.0.0.1",
    port: 8711,
    key: "",
    bars: 4,
    variations: 4,
    section: 0,
    follow: 1,
    tempo: 120,
    density: 0,
    syncopation: 0,
    swinging: 0,
    swing: 58,
    swing_of: 0,
    feel: 0,
    timing: 100,
    touch: 100,
    accents: 0,
    seed: 0,
    seed_lock: 0,
    blend_amount: 50,
    keep_kick: 0,
    keep_snare: 0,
    keep_hats: 0,
    keep_cymbals: 0,
    keep_toms: 0,
    audition: 0,
    arrangement: 0,
    provider: 0,
    transport: 0,
    drum_map: 0,
    page: 0
};

var SECTIONS = ["groove", "fill", "intro", "outro"];
var SWUNG = ["", "eighths", "sixteenths"];
var FEELS = ["", "straight", "swung", "triplet"];
var PROVIDERS = ["auto", "template", "anthropic", "google", "openai", "local"];
var TRANSPORTS = ["auto", "maxurl", "node"];
var KEPT = {
    keep_kick: "kick",
    keep_snare: "snare, side_stick",
    keep_hats: "hats",
    keep_cymbals: "rides, cymbals",
    keep_toms: "toms"
};
var MOST_SEED = 65535;

/* Voices that stay, as the API reads them: "kick, hats"; empty where none does. */
function keptVoices() {
    return Object.keys(KEPT).filter(function (name) {
        return state[name];
    }).map(function (name) {
        return KEPT[name];
    }).join(", ");
}

/* What every clip is asked for with: [field, value, ...]. */
function playing() {
    var pairs = [
        "tempo", state.follow ? song.tempo() || 120 : state.tempo,
        "time_signature", song.metre(),
        "seed", seedNow(),
        "timing_amount", state.timing / 100,
        "velocity_amount", state.touch / 100,
        "density", state.density / 100,
        "syncopation", state.syncopation / 100,
        "drum_map", DRUM_MAPS[state.drum_map] || "gm"
    ];
    if (state.swinging) {
        pairs.push("swing", state.swing);
        if (SWUNG[state.swing_of]) {
            pairs.push("swing_of", SWUNG[state.swing_of]);
        }
    }
    if (FEELS[state.feel]) {
        pairs.push("feel", FEELS[state.feel]);
    }
    if (state.style) {
        pairs.push("style", state.style);
    }
    if (state.blend && state.blend_amount > 0 && state.blend_amount < 100) {
        pairs.push("blend.artist", state.blend, "blend.amount", state.blend_amount / 100);
    }
    return pairs;
}

/* The seed of this request: the locked one, or a new one that is shown. */
function seedNow() {
    if (!state.seed_lock) {
        state.seed = Math.floor(Math.random() * (MOST_SEED + 1));
        screen.set("seed", state.seed);
    }
    return state.seed;
}
