/* Values as plain JavaScript: Max gives dictionaries where JSON had objects. */
function isList(value) {
    return Object.prototype.toString.call(value) === "[object Array]";
}

function isObject(value) {
    return typeof value === "object" && value !== null;
}

/* The value at "a.b" of an object or of a Dict; undefined where there is none. */
function at(whole, path) {
    var words = path.split(".");
    var here = whole;
    for (var n = 0; n < words.length; n++) {
        if (!isObject(here)) {
            return undefined;
        }
        if (typeof here.get === "function" && typeof here.getkeys === "function") {
            here = here.get(words[n]);
        } else {
            here = Object.prototype.hasOwnProperty.call(here, words[n]) ? here[words[n]] : undefined;
        }
    }
    return here === null ? undefined : here;
}

/* The names in an object or a Dict. */
function keysOf(whole) {
    if (!isObject(whole)) {
        return [];
    }
    if (typeof whole.getkeys === "function") {
        var keys = whole.getkeys();
        if (keys === null || keys === undefined) {
            return [];
        }
        return isList(keys) ? keys : [keys];
    }
    return Object.keys(whole);
}

/* A list as it was: Max makes the item of a list of one, and what is flat is keyed by its places. */
function listed(value) {
    if (value === undefined || value === null) {
        return [];
    }
    if (isList(value)) {
        return value;
    }
    var places = keysOf(value);
    return isObject(value) && places.every(isPlace) ? inOrder(places).map(function (place) {
        return at(value, place);
    }) : [value];
}

function isPlace(key) {
    return /^[0-9]+$/.test(key);
}

function inOrder(places) {
    return places.slice().sort(function (a, b) {
        return a - b;
    });
}

/* A text without what encodeURIComponent refuses: halves of pairs. */
function whole(text) {
    return String(text)
        .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/g, "")
        .replace(/(^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "$1");
}
