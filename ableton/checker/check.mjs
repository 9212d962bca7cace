/* All rules over a device: what is wrong with it, [{rule, text}]. */
import { read, write } from "./container.mjs";
import { check as checkPatch } from "./patch.mjs";
import { check as checkProtocol } from "./protocol.mjs";
import { globals, kindOf, read as readScripts } from "./scripts.mjs";

/* `beside`: name -> bytes of the files beside the device; of a frozen one they must be those inside. */
export function check(bytes, beside = null) {
    const device = read(bytes);
    const problems = [...device.problems];
    if (!device.patcher) return problems;
    const inside = new Map(device.entries.slice(1).map(({ name, data }) => [name, data]));
    const files = device.isFrozen ? inside : (beside ?? new Map());
    if (device.isFrozen && !problems.length && !write(device).equals(bytes)) {
        problems.push({ rule: "C26", text: "written again it has other bytes" });
    }
    for (const [name, data] of device.isFrozen && beside ? beside : []) {
        if (!inside.get(name)?.equals(data)) problems.push({ rule: "C27", text: `${name} inside is not that beside` });
    }
    const { scripts, problems: ofScripts } = readScripts(files);
    const ports = new Map();
    for (const { name, tree } of scripts.values()) {
        const { inlets, outlets } = globals(tree);
        if (kindOf(name) !== "node") ports.set(name, [inlets, Array(outlets ?? 0).fill("")]);
    }
    problems.push(...ofScripts, ...checkPatch(device.patcher, [...files.keys()], ports));
    problems.push(...checkProtocol(device.patcher, scripts));
    return problems;
}
