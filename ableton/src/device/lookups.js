/* What the strip shows of the artist, looked up while nothing else goes on. */
var lookups = (function () {
    var wishes = [];

    function wish(name) {
        if (wishes.indexOf(name) < 0) {
            wishes.push(name);
        }
    }

    function names(group) {
        return Object.keys(group || {}).map(function (key) {
            return String(group[key].name);
        });
    }

    function then(show) {
        return function (answer) {
            if (answer.ok) {
                show(answer);
            }
            jobs.next();
        };
    }

    var of = {
        matches: function () {
            talk.ask("artists", ["q", state.artist, "limit", 12], [], then(function (answer) {
                screen.list("matches", "Known artists", names(answer.groups.artists));
            }));
        },
        known: function () {
            talk.ask("known", ["artist", state.artist], [], then(function (answer) {
                if (answer.top.exists) {
                    wish("profile");
                    wish("similar");
                } else {
                    screen.note("profile", state.artist + " is not known yet: Generate has them researched first.");
                    screen.list("similar", "Similar artists", []);
                }
            }));
        },
        profile: function () {
            talk.ask("profile", ["artist", state.artist], [], then(function (answer) {
                var sure = Math.round(100 * answer.top.confidence_score) + " % sure. ";
                screen.note("profile", answer.top.name + ", " + sure + (answer.top.text_description || ""));
                screen.list("styles", "All styles", names(answer.groups.styles));
            }));
        },
        similar: function () {
            talk.ask("similar", ["artist", state.artist, "limit", 8], [], then(function (answer) {
                screen.list("similar", "Similar artists", names(answer.groups.similar));
            }));
        }
    };

    return {
        /* Begin the next one, if there is one. */
        next: function () {
            var name = state.artist ? wishes.shift() : undefined;
            if (name) {
                of[name]();
            }
        },
        /* The artist may have become known, or better known. */
        again: function () {
            wish("profile");
            wish("similar");
        },
        /* The artist's name was typed, or is being typed. */
        named: function (isTyping) {
            wish("matches");
            if (!isTyping) {
                wish("known");
            }
            jobs.next();
        }
    };
}());
