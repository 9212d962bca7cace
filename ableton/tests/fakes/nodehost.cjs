/* Runs a script of node.script with a max-api of our own; only core modules are there beside it. */
const Module = require("node:module");

const handlers = {};
const api = {
    addHandler: (name, handler) => {
        handlers[name] = handler;
    },
    addHandlers: (all) => Object.assign(handlers, all),
    outlet: (...atoms) => process.send(atoms),
    post: () => {}
};
const load = Module._load;
Module._load = function (name, ...rest) {
    if (name === "max-api") {
        return api;
    }
    if (!Module.builtinModules.includes(name.replace(/^node:/, "")) && name !== process.argv[2]) {
        throw new Error(`Node for Max has no module ${name}`);
    }
    return load.call(this, name, ...rest);
};
process.on("message", ([selector, ...rest]) => {
    if (!handlers[selector]) {
        throw new Error(`no handler for ${selector}`);
    }
    handlers[selector](...rest);
});
process.on("disconnect", () => process.exit());
require(process.argv[2]);
