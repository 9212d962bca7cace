/* What the user sees: the strip and the window show the same. */
var screen = (function () {
    var shown = {};

    function both(name, message) {
        outlet(TO_STRIP, [name].concat(message));
        outlet(TO_WINDOW, [name].concat(message));
    }

    function short(text) {
        var said = String(text);
        return said.length > 220 ? said.slice(0, 217) + "..." : said;
    }

    return {
        /* Show without sending it back to us. */
        set: function (name, value) {
            both(name, ["set", value]);
        },
        setIn: function (face, name, value) {
            outlet(face, [name, "set", value]);
        },
        /* Have a control say what it holds. */
        bang: function (face, name) {
            outlet(face, [name, "bang"]);
        },
        say: function (text) {
            if (shown.status !== text) {
                shown.status = text;
                both("status", ["set", short(text)]);
            }
        },
        said: function () {
            return shown.status || "";
        },
        note: function (name, text) {
            if (shown[name] !== text) {
                shown[name] = text;
                both(name, ["set", short(text)]);
            }
        },
        progress: function (percent) {
            both("progress", [Math.max(0, Math.min(100, Math.round(percent)))]);
        },
        /* While a job goes on, Generate is locked and Cancel is open. */
        busy: function (is) {
            both("generate", ["active", is ? 0 : 1]);
            both("cancel", ["active", is ? 1 : 0]);
        },
        list: function (name, title, items) {
            both(name, ["clear"]);
            both(name, ["append", title]);
            items.forEach(function (item) {
                both(name, ["append", item]);
            });
        },
        page: function (number) {
            for (var page in PAGES) {
                var hidden = Number(page) === number ? 0 : 1;
                PAGES[page].forEach(function (varname) {
                    outlet(TO_PATCHER, ["script", "sendbox", varname, "hidden", hidden]);
                });
            }
        },
        browse: function (url) {
            outlet(TO_STRIP, ["browse", url]);
        },
        window: function (word) {
            outlet(TO_STRIP, ["window", word]);
        }
    };
}());
