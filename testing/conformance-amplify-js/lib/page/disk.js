'use strict';
// The page's IndexedDB lives in memory. These put it in a file and back, so that an app can be opened again in another
// process with what it had stored.

const fs = require('node:fs');
const v8 = require('node:v8');

const done = request =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Writes all databases to `file`, each as one transaction sees it. */
async function keep(file) {
  const databases = [];
  for (const { name, version } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    const names = [...database.objectStoreNames];
    const stores = [];
    if (names.length > 0) {
      const transaction = database.transaction(names, 'readonly');
      for (const storeName of names) stores.push(await readStore(transaction.objectStore(storeName)));
    }
    database.close();
    databases.push({ name, version, stores });
  }
  fs.writeFileSync(file, v8.serialize(databases));
}

async function readStore(store) {
  const indexes = [...store.indexNames].map(name => {
    const { keyPath, unique, multiEntry } = store.index(name);
    return { name, keyPath, unique, multiEntry };
  });
  const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
  const records = keys.map((key, at) => ({ key, value: values[at] }));
  return { name: store.name, keyPath: store.keyPath, autoIncrement: store.autoIncrement, indexes, records };
}

/** Makes the databases that `file` holds. A file that is not there is a new disk. */
async function restore(file) {
  if (!fs.existsSync(file)) return;
  for (const { name, version, stores } of v8.deserialize(fs.readFileSync(file))) {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      for (const { name: storeName, keyPath, autoIncrement, indexes, records } of stores) {
        const store = request.result.createObjectStore(storeName, { keyPath, autoIncrement });
        for (const index of indexes) store.createIndex(index.name, index.keyPath, index);
        for (const { key, value } of records) keyPath === null ? store.put(value, key) : store.put(value);
      }
    };
    (await done(request)).close();
  }
}

module.exports = { keep, restore };
