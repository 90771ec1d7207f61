'use strict';
// Mutations that the server has applied and whose answer the app never sees: it sends them again.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, makeNote } = require('../lib/notes');

const notes = { schema: 'notes' };

scenario('a create whose answer is lost is not made twice', notes, async ({ server, client }) => {
  const app = await client();
  await app.ready();
  await app.run(({ net }) => net.lose('createNote'));
  const id = await app.run(
    async ({ DataStore, Note }) => (await DataStore.save(new Note({ title: 'once', rating: 1 }))).id,
  );
  await app.sent();
  const [lost, again] = await app.run(({ net }) => net.asked('createNote'));
  assert.ok(lost.error);
  assert.deepEqual(again.body.variables.input, lost.body.variables.input);
  assert.equal(
    again.answer.errors,
    undefined,
    'an identical create of a record that nobody changed is answered with it',
  );
  const { listNotes } = await server.graphql('{ listNotes { items { id title _version } } }');
  assert.deepEqual(listNotes.items, [{ id, title: 'once', _version: 1 }]);
  const local = await app.run(async ({ DataStore, Note }, id) => (await DataStore.query(Note, id))._version, id);
  assert.equal(local, 1);
});

scenario('an update whose answer is lost ends as if it had been sent once', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'old', rating: 1, tags: ['a', 'b'] });
  const app = await client();
  await app.ready();
  await app.run(({ net }) => net.lose('updateNote'));
  await app.run(async ({ DataStore, Note }) => {
    const read = await DataStore.query(Note, 'n');
    await DataStore.save(
      Note.copyOf(read, draft => {
        draft.title = 'new';
        draft.tags = ['b', 'mine'];
      }),
    );
  });
  await app.sent();
  const [lost, again] = await app.run(({ net }) => net.asked('updateNote'));
  assert.ok(lost.error);
  assert.equal(again.body.variables.input._version, 1, 'the client does not know that it was applied');
  const { title, rating, tags } = await note(server, 'n');
  assert.deepEqual([title, rating, tags], ['new', 1, ['b', 'mine']]);
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).tags.length === 2);
});

scenario('a delete whose answer is lost stays a delete', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'old' });
  const app = await client({ conflictHandler: (_, { DISCARD }) => DISCARD });
  await app.ready();
  await app.run(({ net }) => net.lose('deleteNote'));
  await app.run(({ DataStore, Note }) => DataStore.delete(Note, 'n'));
  await app.sent();
  const [lost, again] = await app.run(({ net }) => net.asked('deleteNote'));
  assert.ok(lost.error);
  const { errorType, data } = again.answer.errors[0];
  assert.deepEqual([errorType, data._deleted, data._version], ['ConflictUnhandled', true, 2]);
  assert.deepEqual([(await note(server, 'n'))._deleted, (await note(server, 'n'))._version], [true, 2]);
  assert.equal(await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).length), 0);
});
