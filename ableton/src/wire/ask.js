/* From a request of the device, [field, value, ...], to what is sent by HTTP. */
var LONGEST_FORM = 900; // characters; a longer body goes as JSON, where notes are numbers
var LONGEST_PATH = 900;

function fieldsOf(pairs) {
    var fields = {};
    for (var n = 0; n + 1 < pairs.length; n += 2) {
        fields[String(pairs[n])] = pairs[n + 1];
    }
    return fields;
}

/*
 * {method, path, form} or {method, path, body}: `form` is text as a form is encoded; `body` an object, nested where a
 * field has a dot. Throws Error for a verb that is none, or a field of the path that is missing.
 */
function asked(verb, fields, notes) {
    if (!Object.prototype.hasOwnProperty.call(VERBS, verb)) {
        throw new Error("there is no verb " + verb);
    }
    var of = VERBS[verb];
    var left = {};
    var name;
    for (name in fields) {
        left[name] = fields[name];
    }
    var path = of.path.replace(/\{(\w+)\}/g, function (all, word) {
        var value = left[word];
        delete left[word];
        if (value === undefined || value === "") {
            throw new Error(word + " is missing");
        }
        return encodeURIComponent(whole(value));
    });
    if (of.method === "get") {
        var query = formOf(left);
        path += query ? (path.indexOf("?") < 0 ? "?" : "&") + query : "";
    }
    if (path.length > LONGEST_PATH) {
        throw new Error("the name is too long");
    }
    if (of.method === "get") {
        return { method: "get", path: path };
    }
    if (!notes.length) {
        var form = formOf(left);
        if (form.length <= LONGEST_FORM) {
            return { method: "post", path: path, form: form };
        }
    }
    var body = nested(left);
    if (notes.length) {
        put(body, of.notes, notes);
    }
    return { method: "post", path: path, body: body };
}

function formOf(fields) {
    var flat = nested(fields);
    var parts = [];
    for (var name in flat) {
        var value = isObject(flat[name]) ? JSON.stringify(flat[name]) : flat[name];
        parts.push(encodeURIComponent(name) + "=" + encodeURIComponent(whole(value)));
    }
    return parts.join("&");
}

function nested(fields) {
    var body = {};
    for (var name in fields) {
        put(body, name, fields[name]);
    }
    return body;
}

function put(body, path, value) {
    var words = path.split(".");
    var here = body;
    for (var n = 0; n < words.length - 1; n++) {
        if (!isObject(here[words[n]])) {
            here[words[n]] = {};
        }
        here = here[words[n]];
    }
    here[words[words.length - 1]] = value;
}

/* What every request carries. */
function headersOf(request, key, version) {
    var headers = ["X-MDG-Client: MidiDrumiGen-device/" + version, "Accept: application/json"];
    if (key) {
        headers.push("X-API-Key: " + key);
    }
    if (request.method === "post") {
        headers.push("Content-Type: " + (request.body ? "application/json" : "application/x-www-form-urlencoded"));
    }
    return headers;
}
