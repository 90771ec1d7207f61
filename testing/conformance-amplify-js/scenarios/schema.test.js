'use strict';
// The server's schema changes while apps of the old one are in use.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote, noteUntil } = require('../lib/notes');

scenario(
  'an app of the schema before goes on when the schema grows',
  { schema: 'notes' },
  async ({ server, client }) => {
    await makeNote(server, { id: 'n', title: 'before' });
    const app = await client();
    await app.ready();
    await server.reload(text => text.replace('rating: Int', 'rating: Int\n  mood: String'));
    await server.graphql('mutation { createNote(input: { id: "m", title: "after", mood: "good" }) { id mood } }');
    await app.until(async ({ DataStore, Note }) => await DataStore.query(Note, 'm'));
    await app.run(async ({ DataStore, Note }) => {
      await DataStore.save(Note.copyOf(await DataStore.query(Note, 'm'), draft => void (draft.title = 'changed')));
    });
    await app.sent();
    await noteUntil(server, 'm', ({ title }) => title === 'changed');
    const { getNote } = await server.graphql('{ getNote(id: "m") { mood } }');
    assert.equal(getNote.mood, 'good', 'what the app does not know it does not touch');
  },
);
