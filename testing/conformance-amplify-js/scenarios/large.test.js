'use strict';
// Much at once: large records, and many models.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote } = require('../lib/notes');

/** A text of this many bytes. */
const text = (id, bytes) => `${id} `.padEnd(bytes, 'abcdefghij');

scenario('large records arrive live and by sync', { schema: 'notes' }, async ({ server, client }) => {
  const app = await client();
  await app.ready();
  const ids = Array.from({ length: 30 }, (_, n) => `large-${n}`);
  await Promise.all(ids.map(id => makeNote(server, { id, title: id, body: text(id, 200_000) })));
  const bodies = async ({ DataStore, Note }) => (await DataStore.query(Note)).map(({ id, body }) => [id, body.length]);
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note)).length === 30);
  assert.ok((await app.run(bodies)).every(([, length]) => length === 200_000));
  assert.equal((await app.run(({ net }) => net.sockets)).length, 1, 'one socket took them all');

  const late = await client({ name: 'late' });
  await late.ready();
  assert.deepEqual((await late.run(bodies)).map(([id]) => id).sort(), [...ids].sort());
  const pages = await late.run(({ net }) =>
    net.asked('syncNotes').map(({ answer }) => answer.data.syncNotes.items.length),
  );
  assert.equal(
    pages.reduce((sum, count) => sum + count, 0),
    30,
  );
});

scenario('an app with 66 models, 198 subscriptions on its socket', { schema: 'many' }, async ({ server, client }) => {
  await server.graphql('mutation { createKind00(input: { id: "before", name: "n" }) { id } }');
  const app = await client();
  await app.ready();
  assert.equal(await app.run(({ net }) => net.acknowledged()), 198);
  assert.equal((await app.run(({ net }) => net.sockets)).length, 1);
  assert.equal((await app.run(({ hub }) => hub.all('modelSynced'))).length, 66);
  await server.graphql('mutation { createKind65(input: { id: "after", name: "n" }) { id } }');
  await app.until(async ({ DataStore, Kind65 }) => await DataStore.query(Kind65, 'after'));
  assert.equal(await app.run(async ({ DataStore, Kind00 }) => (await DataStore.query(Kind00)).length), 1);
  assert.deepEqual(await app.run(({ errors }) => errors), []);
});
