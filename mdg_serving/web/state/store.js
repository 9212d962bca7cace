/**
 * A value that views watch.
 * @template T
 */
export class Store {
  /** @param {T} value */
  constructor(value) {
    this.value = value;
    /** @type {Set<(value: T, before: T) => void>} */
    this.watchers = new Set();
  }

  /** @param {Partial<T>} change */
  set(change) {
    const before = this.value;
    this.value = {...before, ...change};
    for (const watcher of this.watchers) watcher(this.value, before);
  }

  /**
   * Call with the value now, and again when one of the fields named changes (any, where none is named).
   * @param {(keyof T)[]} fields @param {(value: T) => void} watcher
   */
  watch(fields, watcher) {
    this.watchers.add((value, before) => {
      if (!fields.length || fields.some((field) => value[field] !== before[field])) watcher(value);
    });
    watcher(this.value);
  }
}
