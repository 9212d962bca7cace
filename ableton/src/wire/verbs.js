/*
 * What the device can ask for: of each verb the method, the path and what of the answer is read.
 *
 * path   {name} takes a field out of the request; what is left is the query of a GET, the body of a POST
 * notes  where in the body the client's own notes stand
 * top    values of the answer, told under their last word
 * lists  lists of the answer, told item by item
 * clips  whether the answer, its `result` or its `provisional` may hold clips or a song's sections
 */
var VERBS = {
    health: { method: "get", path: "/healthz", top: ["status", "version", "api_version"] },
    known: {
        method: "get",
        path: "/api/v1/research/{artist}",
        top: ["artist", "exists", "status", "confidence", "message"]
    },
    artists: { method: "get", path: "/api/v1/artists", lists: { artists: ["name", "confidence"] } },
    similar: {
        method: "get",
        path: "/api/v1/similar/{artist}",
        lists: { similar: ["name", "similarity", "reason"] }
    },
    profile: {
        method: "get",
        path: "/api/v1/artists/{artist}",
        top: ["artist.name", "text_description", "confidence_score"],
        lists: { styles: ["name"] }
    },
    generate: { method: "post", path: "/api/v1/generate?notes_flat=true", notes: "lock.notes", clips: true },
    song: { method: "post", path: "/api/v1/song?notes_flat=true", clips: true },
    humanize: { method: "post", path: "/api/v1/humanize?notes_flat=true", notes: "notes", clips: true },
    research: { method: "post", path: "/api/v1/research", clips: true },
    augment: { method: "post", path: "/api/v1/augment/{artist}", clips: true },
    task: {
        method: "get",
        path: "/api/v1/task/{task_id}?notes_flat=true",
        top: ["progress", "stage", "position", "estimate_seconds", "error"],
        lists: { sources: ["source", "status", "documents"] },
        clips: true
    },
    stop: { method: "post", path: "/api/v1/task/{task_id}/cancel", top: ["status"] }
};
/* of an answer that may hold clips: the task that it speaks of, */
var ACCEPTED = ["task_id", "status", "message"];
/* and of what was made; a value can be told under another word */
var MADE = ["artist", "seed", "tempo", "time_signature", "bars", "message as remark"];
/* of every clip or section */
var OF_CLIP = ["name", "kind", "bars"];
/* of an error: RFC 9457 */
var PROBLEM = ["title", "detail"];
