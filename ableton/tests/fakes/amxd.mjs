/* What a frozen .amxd holds, read just enough to run it: the patcher and the scripts by name. */
import { readFileSync } from "node:fs";

export function open(path) {
    const payload = readFileSync(path).subarray(32);
    const files = new Map();
    for (let at = Number(payload.readBigUInt64BE(8)) + 8; at < payload.length; ) {
        const size = payload.readUInt32BE(at + 4);
        const fields = {};
        for (let field = at + 8; field < at + size; ) {
            const length = payload.readUInt32BE(field + 4);
            fields[payload.toString("latin1", field, field + 4)] = payload.subarray(field + 8, field + length);
            field += length;
        }
        const start = fields.of32.readUInt32BE();
        const name = fields.fnam.toString("latin1").replace(/\0+$/, "");
        files.set(name, payload.subarray(start, start + fields.sz32.readUInt32BE()));
        at += size;
    }
    const [patcher] = files.values();
    return { patcher: JSON.parse(patcher.toString().replace(/\0+$/, "")).patcher, files };
}
