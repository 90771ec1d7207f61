'use strict';
// What a browser's page has and Node has not. Amplify runs on top of this, unmodified.

require('fake-indexeddb/auto');

class MemoryStorage {
  #items = new Map();
  get length() {
    return this.#items.size;
  }
  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(name) {
    return this.#items.get(String(name)) ?? null;
  }
  setItem(name, value) {
    this.#items.set(String(name), String(value));
  }
  removeItem(name) {
    this.#items.delete(String(name));
  }
  clear() {
    this.#items.clear();
  }
}

/** Makes the globals. Ends with the one that says that this is Node: Amplify starts differently there. */
async function pretend() {
  const target = new EventTarget();
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
    globalThis[name] = target[name].bind(target);
  }
  globalThis.window = globalThis;
  globalThis.localStorage = new MemoryStorage();
  globalThis.sessionStorage = new MemoryStorage();
  const navigator = { onLine: true, userAgent: 'conformance' };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  // `fetch` looks at the version when it is first used, so it is used first.
  await fetch('data:,');
  const { node, ...versions } = process.versions;
  Object.defineProperty(process, 'versions', { value: versions });
}

module.exports = { pretend };
