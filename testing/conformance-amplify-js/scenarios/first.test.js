'use strict';
const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');

scenario('first sync', { schema: 'notes', tls: false }, async ({ server, client }) => {
  await server.graphql('mutation { createNote(input: { id: "a", title: "one" }) { id } }');
  const app = await client();
  await app.ready();
  assert.deepEqual(await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).map(n => n.title)), ['one']);
});
