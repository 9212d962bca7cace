/* The .amxd file: reading it, the rules of its bytes, and writing it again. */

const TAGS = { mmmm: "MIDI effect", aaaa: "audio effect", iiii: "instrument", natt: "transformation", nagg: "generator" };
const FIELDS = ["type", "fnam", "sz32", "of32", "vers", "flag", "mdat"];
const TYPES = { amxd: "JSON", js: "TEXT" };
const OUTPUT = 0x11;
const ON_DISK = 0x8;
const MDAT = 1767225600 + 2082844800; // 2026-01-01 since 1904
const JS = /^mdg-(device|maxurl|node)-([0-9a-f]{8})\.js$/;

/* {tag, flags, isFrozen, entries, patcher, problems}; what cannot be read is left out and told. */
export function read(bytes, { name = "MidiDrumiGen.amxd" } = {}) {
    const found = { problems: [], entries: [], patcher: null };
    const say = (rule, text) => found.problems.push({ rule, text });
    if (bytes.length < 33 || bytes.toString("latin1", 0, 4) !== "ampf" || bytes.readUInt32LE(4) !== 4) {
        say("C01", "the file does not begin with ampf and 4");
        return found;
    }
    found.tag = bytes.toString("latin1", 8, 12);
    if (!TAGS[found.tag]) say("C02", `${found.tag} is no kind of device`);
    else if (found.tag !== "mmmm") say("C03", `a ${TAGS[found.tag]}, and the device is a MIDI effect`);
    if (bytes.toString("latin1", 12, 16) !== "meta" || bytes.readUInt32LE(16) !== 4) say("C04", "no meta chunk of 4 bytes");
    found.flags = bytes.readUInt32LE(20);
    if (bytes.toString("latin1", 24, 28) !== "ptch" || bytes.readUInt32LE(28) + 32 !== bytes.length) {
        say("C05", "ptch does not reach exactly to the end of the file");
    }
    const payload = bytes.subarray(32);
    found.isFrozen = payload.toString("latin1", 0, 4) === "mx@c";
    const meta = found.isFrozen ? 7 : 1;
    if (found.flags !== meta) say("C06", `meta is ${found.flags}, and ${found.isFrozen ? "frozen" : "unfrozen"} with files is ${meta}`);
    if (found.isFrozen) frozen(payload, found, say, name);
    found.raw = found.isFrozen ? found.entries[0]?.data : payload;
    if (found.raw) parse(found, say);
    return found;
}

function parse(found, say) {
    const { raw } = found;
    if (raw.at(-1) !== 0 || raw.at(-2) !== 10) say("C07", "the patcher does not end in a newline and a NUL");
    try {
        found.patcher = JSON.parse(raw.toString("utf8").replace(/\s*\0+$/, "")).patcher;
    } catch (error) {
        say("C08", `the patcher is no JSON: ${error.message}`);
        return;
    }
    const type = found.patcher?.project?.amxdtype;
    if (type !== Buffer.from(found.tag, "latin1").readUInt32BE()) say("C09", `project.amxdtype ${type} is not ${found.tag}`);
}

function frozen(payload, found, say, name) {
    if (payload.readUInt32BE(4) !== 16) say("C10", "the word after mx@c is not 16");
    const end = Number(payload.readBigUInt64BE(8));
    if (end + 8 > payload.length || payload.toString("latin1", end, end + 4) !== "dlst") {
        say("C11", "the offset in mx@c does not point at dlst");
        return;
    }
    if (end + payload.readUInt32BE(end + 4) !== payload.length) say("C12", "dlst does not reach to the end of the file");
    let expected = 16;
    for (let at = end + 8; at < payload.length; ) {
        const size = at + 8 <= payload.length ? payload.readUInt32BE(at + 4) : 0;
        if (payload.toString("latin1", at, at + 4) !== "dire" || size < 8 || at + size > payload.length) {
            say("C13", `no entry at ${at}`);
            return;
        }
        const entry = fieldsOf(payload, at + 8, at + size);
        if (entry.order !== FIELDS.join()) {
            say("C14", `the fields of an entry are ${entry.order}`);
            return;
        }
        if (entry.of32 !== expected) say("C15", `${entry.name} begins at ${entry.of32}, not at ${expected}`);
        expected += entry.sz32;
        entry.data = payload.subarray(entry.of32, entry.of32 + entry.sz32);
        found.entries.push(entry);
        at += size;
    }
    if (expected !== end) say("C15", "the files do not end where dlst begins");
    entries(found.entries, say, name);
}

function fieldsOf(payload, from, to) {
    const entry = { order: [] };
    for (let at = from; at + 8 <= to; ) {
        const tag = payload.toString("latin1", at, at + 4);
        const size = payload.readUInt32BE(at + 4);
        const value = payload.subarray(at + 8, at + Math.max(8, size));
        entry.order.push(tag);
        if (tag === "type") entry.type = value.toString("latin1");
        else if (tag === "fnam") entry.rawName = value;
        else if (value.length === 4) entry[tag] = value.readUInt32BE();
        at += Math.max(8, size);
    }
    entry.order = entry.order.join();
    entry.name = entry.rawName?.toString("latin1").replace(/\0+$/, "");
    return entry;
}

function entries(list, say, name) {
    const seen = new Set();
    list.forEach((entry, index) => {
        const isNode = entry.name.startsWith("mdg-node-");
        const flag = index === 0 ? OUTPUT : isNode ? ON_DISK : 0;
        if (index === 0 && entry.name !== name) say("C16", `the first entry is ${entry.name}, not ${name}`);
        if (entry.flag !== flag) say(index === 0 ? "C17" : isNode ? "C18" : "C19", `the flag of ${entry.name} is ${entry.flag}`);
        if (entry.vers !== 0) say("C20", `vers of ${entry.name} is ${entry.vers}`);
        if (entry.mdat !== MDAT) say("C21", `mdat of ${entry.name} is not the fixed time`);
        if (entry.type !== TYPES[entry.name.split(".").pop()]) say("C22", `the type of ${entry.name} is ${entry.type}`);
        const padded = entry.rawName.length % 4 === 0 && entry.rawName.at(-1) === 0;
        if (!padded || entry.rawName.length - entry.name.length > 4 || !/^[\x20-\x7e]+$/.test(entry.name)) {
            say("C23", `the name ${entry.name} is not ASCII padded with NULs to 4`);
        }
        if (seen.has(entry.name)) say("C24", `${entry.name} is there twice`);
        seen.add(entry.name);
        if (index > 0 && !JS.test(entry.name)) say("C25", `${entry.name} is no name that is safe in Max's one name space`);
    });
}

/* The bytes of a frozen device out of what `read` gives. */
export function write({ tag, flags, entries: list }) {
    const word = (number) => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(number);
        return bytes;
    };
    const chunk = (name, ...parts) => {
        const body = Buffer.concat(parts);
        return Buffer.concat([Buffer.from(name, "latin1"), word(body.length + 8), body]);
    };
    let offset = 16;
    const listed = list.map((entry) => {
        const at = offset;
        offset += entry.data.length;
        const padded = Buffer.concat([Buffer.from(entry.name, "latin1"), Buffer.alloc(4 - (entry.name.length % 4))]);
        return chunk(
            "dire",
            chunk("type", Buffer.from(entry.type, "latin1")),
            chunk("fnam", padded),
            chunk("sz32", word(entry.data.length)),
            chunk("of32", word(at)),
            chunk("vers", word(entry.vers)),
            chunk("flag", word(entry.flag)),
            chunk("mdat", word(entry.mdat))
        );
    });
    const head = Buffer.alloc(16);
    head.write("mx@c", "latin1");
    head.writeUInt32BE(16, 4);
    head.writeBigUInt64BE(BigInt(offset), 8);
    const payload = Buffer.concat([head, ...list.map((entry) => entry.data), chunk("dlst", ...listed)]);
    const header = Buffer.alloc(32);
    header.write("ampf", 0, "latin1");
    header.writeUInt32LE(4, 4);
    header.write(tag, 8, "latin1");
    header.write("meta", 12, "latin1");
    header.writeUInt32LE(4, 16);
    header.writeUInt32LE(flags, 20);
    header.write("ptch", 24, "latin1");
    header.writeUInt32LE(payload.length, 28);
    return Buffer.concat([header, payload]);
}
