/* Max's dictionaries: named, shared, hierarchical by `::`; a list of one becomes that one. */
export class Dicts {
    all = new Map();

    data(name) {
        if (!this.all.has(name)) {
            this.all.set(name, {});
        }
        return this.all.get(name);
    }

    /* The class that scripts see; `texts` is told every text that goes in. */
    Dict(texts) {
        const dicts = this;
        return class Dict {
            constructor(name, inner) {
                Object.assign(this, { name, inner });
            }
            get data() {
                return this.inner ?? dicts.data(this.name);
            }
            get(key) {
                let here = this.data;
                for (const word of String(key).split("::")) {
                    here = isDictionary(here) ? here[word] : undefined;
                }
                if (here === undefined) {
                    return null;
                }
                const seen = (item) => (isDictionary(item) ? new Dict(this.name, item) : item);
                return isArray(here) ? here.map(seen) : seen(here);
            }
            set(key, ...values) {
                this.replace(key, ...values);
            }
            replace(key, ...values) {
                const flat = values.flatMap((value) => (isArray(value) ? Array.from(value) : [value]));
                texts(flat.filter((value) => typeof value === "string"));
                const path = String(key).split("::");
                let here = this.data;
                for (const word of path.slice(0, -1)) {
                    here = here[word] ??= {};
                }
                here[path.at(-1)] = kept(flat);
            }
            getkeys() {
                const keys = Object.keys(this.data);
                return keys.length > 1 ? keys : (keys[0] ?? null);
            }
            clear() {
                for (const key of Object.keys(this.data)) {
                    delete this.data[key];
                }
            }
        };
    }
}

/* JSON as Max keeps it. */
export function kept(value) {
    if (isArray(value)) {
        const items = value.filter((item) => item !== null).map(kept);
        return items.length === 1 ? items[0] : items;
    }
    if (isDictionary(value)) {
        const pairs = Object.entries(value).filter(([, item]) => item !== null);
        return Object.fromEntries(pairs.map(([key, item]) => [key, kept(item)]));
    }
    return typeof value === "boolean" ? Number(value) : value;
}

export function isArray(value) {
    return Object.prototype.toString.call(value) === "[object Array]"; // those of scripts are of another realm
}

function isDictionary(value) {
    return typeof value === "object" && value !== null && !isArray(value);
}
