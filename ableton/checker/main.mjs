/* node checker/main.mjs FROZEN.amxd FOLDER: checks the frozen device and the unfrozen one in its folder. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { check } from "./check.mjs";

const [frozen, folder] = process.argv.slice(2);
if (!folder) {
    console.error("say what to check: node checker/main.mjs MidiDrumiGen.amxd MidiDrumiGen");
    process.exit(2);
}
const beside = new Map(
    readdirSync(folder)
        .filter((name) => name.endsWith(".js"))
        .map((name) => [name, readFileSync(join(folder, name))])
);
const loose = join(folder, basename(frozen));
let count = 0;
for (const path of [frozen, loose]) {
    for (const { rule, text } of check(readFileSync(path), beside)) {
        console.log(`${path}: ${rule} ${text}`);
        count += 1;
    }
}
console.log(count ? `${count} problems` : `${frozen} and ${loose} are sound`);
process.exit(count ? 1 : 0);
