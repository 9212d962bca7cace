/* What a face of the device looks like, as HTML: each box at its place, with what it holds. */

const THEMES = {
    dark: { ground: "#3b3b3b", field: "#1e1e1e", ink: "#c8c8c8", faint: "#8f8f8f", mark: "#f0a030", on: "#1e1e1e" },
    light: { ground: "#b4b4b4", field: "#dcdcdc", ink: "#1e1e1e", faint: "#505050", mark: "#ff9f1c", on: "#1e1e1e" }
};

const escaped = (text) => String(text).replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function value(box) {
    const of = box.json.saved_attribute_attributes.valueof;
    if (of.parameter_type === 2) return of.parameter_enum[box.value];
    return of.parameter_unitstyle === 5 ? `${box.value} %` : String(Math.round(box.value * 100) / 100);
}

function inner(box, colours) {
    const { json } = box;
    switch (json.maxclass) {
        case "live.comment":
            return [escaped(box.text), `color:${colours.ink}`, "words"];
        case "textedit":
            return [escaped(box.text || " "), `background:${colours.field};color:${colours.ink}`, "field"];
        case "umenu":
            return [`${escaped(box.items[0] ?? json.items[0])}<b>&#9662;</b>`, `background:${colours.field};color:${colours.ink}`, "field"];
        case "live.numbox":
        case "live.menu":
            return [escaped(value(box)), `background:${colours.field};color:${colours.ink}`, "middle"];
        case "live.tab":
            return [
                json.saved_attribute_attributes.valueof.parameter_enum
                    .map((name, n) => `<i style="${n === box.value ? `background:${colours.mark};color:${colours.on}` : ""}">${name}</i>`)
                    .join(""),
                `background:${colours.field};color:${colours.ink}`,
                "tab"
            ];
        case "live.text": {
            const isOn = json.mode === 1 && box.value === 1;
            const isOff = box.active === 0;
            const paint = isOn ? `background:${colours.mark};color:${colours.on}` : `background:${colours.field};color:${colours.ink}`;
            return [escaped(json.text), `${paint};${isOff ? "opacity:.45" : ""}`, "middle"];
        }
        case "multislider":
            return [`<u style="width:${box.value ?? 0}%;background:${colours.mark}"></u>`, `background:${colours.field}`, ""];
        default:
            return null;
    }
}

/* HTML of a patcher's presentation; `size` [width, height] in pixels. */
export function page(patcher, [width, height], theme = "dark") {
    const colours = THEMES[theme];
    const boxes = patcher.boxes
        .filter((box) => box.json.presentation === 1 && !box.hidden && !box.json.background)
        .map((box) => {
            const [x, y, w, h] = box.json.presentation_rect;
            const [content, style, kind] = inner(box, colours);
            return `<div class="${kind}" style="left:${x}px;top:${y}px;width:${w}px;height:${h}px;${style}">${content}</div>`;
        });
    return `<!doctype html><meta charset="utf-8"><style>
        * { margin: 0; box-sizing: border-box; }
        body { width: ${width}px; height: ${height}px; background: ${colours.ground}; position: relative; overflow: hidden;
               font: bold 10px/12px Arial, "Liberation Sans", sans-serif; }
        div { position: absolute; overflow: hidden; }
        .words { padding: 2px 1px; white-space: normal; }
        .field, .middle { padding: 0 4px; display: flex; align-items: center; white-space: nowrap; border-radius: 2px; }
        .middle { justify-content: center; }
        .field b { margin-left: auto; }
        .tab { display: flex; border-radius: 2px; }
        .tab i { flex: 1; font-style: normal; text-align: center; line-height: 16px; }
        u { display: block; height: 100%; }
        </style>${boxes.join("\n")}`;
}
