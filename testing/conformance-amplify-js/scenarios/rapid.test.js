'use strict';
// 50 updates of one record, as fast as it goes.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, makeNote } = require('../lib/notes');

const notes = { schema: 'notes' };

scenario('50 offline updates are one mutation with the last value', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 't', rating: 0 });
  const app = await client();
  await app.ready();
  await app.run(({ net }) => {
    net.offline();
    net.forget();
  });
  await app.run(async ({ DataStore, Note }) => {
    for (let rating = 1; rating <= 50; rating++) {
      const read = await DataStore.query(Note, 'n');
      await DataStore.save(Note.copyOf(read, draft => void (draft.rating = rating)));
    }
  });
  await app.run(({ net }) => net.online());
  await app.sent();
  const { rating, _version } = await note(server, 'n');
  assert.deepEqual([rating, _version], [50, 2]);
  assert.deepEqual(await app.run(({ net }) => net.inputs('updateNote')), [{ id: 'n', rating: 50, _version: 1 }]);
});

scenario('50 updates, each acknowledged before the next, are 50 versions', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 't', rating: 0 });
  const app = await client();
  await app.ready();
  await app.run(async ({ DataStore, Note, hub }) => {
    const processed = count =>
      new Promise((resolve, reject) => {
        const end = Date.now() + 60_000;
        (function look() {
          if (hub.all('outboxMutationProcessed').length >= count) return resolve();
          if (Date.now() > end) return reject(new Error(`mutation ${count} was not processed`));
          setImmediate(look);
        })();
      });
    for (let rating = 1; rating <= 50; rating++) {
      const read = await DataStore.query(Note, 'n');
      await DataStore.save(Note.copyOf(read, draft => void (draft.rating = rating)));
      await processed(rating);
    }
  });
  const { rating, _version } = await note(server, 'n');
  assert.deepEqual([rating, _version], [50, 51]);
});

// The client does not raise the version of a record while its outbox holds more changes of it, so many of these updates
// go out stale and the server, which cannot know that it was the same app, keeps its scalar. What can be asked of the
// server: every mutation is answered, the record is what merging those mutations in their order gives, and the app ends
// with the server's record.
scenario('50 updates online end as merging what was sent says', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 't', rating: 0 });
  const app = await client();
  await app.ready();
  await app.run(async ({ DataStore, Note }) => {
    for (let rating = 1; rating <= 50; rating++) {
      const read = await DataStore.query(Note, 'n');
      await DataStore.save(Note.copyOf(read, draft => void (draft.rating = rating)));
    }
  });
  await app.sent();
  const sent = await app.run(({ net }) => net.inputs('updateNote'));
  const stored = await note(server, 'n');
  assert.deepEqual([stored.rating, stored._version], merged(sent));
  const local = await app.until(async ({ DataStore, Note }, version) => {
    const read = await DataStore.query(Note, 'n');
    return read._version === version && { ...read };
  }, stored._version);
  assert.deepEqual(local, stored);
});

/** Rating and version after these inputs: a stale one changes the rating only if nothing did since its version. */
function merged(inputs) {
  let [rating, version, changedAt] = [0, 1, 1];
  for (const input of inputs) {
    const base = input._version ?? 0;
    version += 1;
    if (base === version - 1 || changedAt <= base) {
      rating = input.rating;
      changedAt = version;
    }
  }
  return [rating, version];
}
