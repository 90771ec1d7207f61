'use strict';
// What the app writes while it is online.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, makeNote } = require('../lib/notes');

const notes = { schema: 'notes' };

scenario('a create arrives, and its answer completes the local record', notes, async ({ server, client }) => {
  const app = await client();
  await app.ready();
  const id = await app.run(
    async ({ DataStore, Note }) => (await DataStore.save(new Note({ title: 'new', rating: 1, tags: ['a', 'b'] }))).id,
  );
  await app.sent();
  const stored = await note(server, id);
  const { title, body, rating, tags, _version, _deleted } = stored;
  assert.deepEqual(
    { title, body, rating, tags, _version, _deleted },
    {
      title: 'new',
      body: null,
      rating: 1,
      tags: ['a', 'b'],
      _version: 1,
      _deleted: null,
    },
  );
  const local = await app.run(async ({ DataStore, Note }, id) => ({ ...(await DataStore.query(Note, id)) }), id);
  assert.deepEqual(local, stored);
  const [input] = await app.run(({ net }) => net.inputs('createNote'));
  assert.equal('_version' in input, false);
});

scenario('an update sends what has changed, and null clears', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'old', body: 'stays', rating: 5, tags: ['t'] });
  const app = await client();
  await app.ready();
  await app.run(async ({ DataStore, Note }) => {
    const read = await DataStore.query(Note, 'n');
    await DataStore.save(
      Note.copyOf(read, draft => {
        draft.title = 'new';
        draft.rating = null;
      }),
    );
  });
  await app.sent();
  const { title, body, rating, tags, _version } = await note(server, 'n');
  assert.deepEqual(
    { title, body, rating, tags, _version },
    {
      title: 'new',
      body: 'stays',
      rating: null,
      tags: ['t'],
      _version: 2,
    },
  );
  const [input] = await app.run(({ net }) => net.inputs('updateNote'));
  assert.deepEqual(input, { id: 'n', title: 'new', rating: null, _version: 1 });
  const [local] = await app.run(async ({ DataStore, Note }) => [{ ...(await DataStore.query(Note, 'n')) }]);
  assert.equal(local._version, 2);
  assert.equal(local.body, 'stays');
});

scenario('a delete leaves a tombstone at the server and nothing at the client', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'to be deleted' });
  const app = await client();
  await app.ready();
  await app.run(async ({ DataStore, Note }) => DataStore.delete(await DataStore.query(Note, 'n')));
  await app.sent();
  const tombstone = await note(server, 'n');
  assert.deepEqual([tombstone._deleted, tombstone._version, tombstone.title], [true, 2, 'to be deleted']);
  assert.deepEqual(await app.run(({ net }) => net.inputs('deleteNote')), [{ id: 'n', _version: 1 }]);
  assert.equal(await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).length), 0);
});

scenario('deletes by a predicate arrive one by one', notes, async ({ server, client }) => {
  for (const rating of [1, 2, 3, 4]) await makeNote(server, { id: `n${rating}`, title: 'n', rating });
  const app = await client();
  await app.ready();
  await app.run(({ DataStore, Note }) => DataStore.delete(Note, note => note.rating.gt(2)));
  await app.sent();
  const stored = await Promise.all([1, 2, 3, 4].map(rating => note(server, `n${rating}`)));
  assert.deepEqual(
    stored.map(({ _deleted }) => _deleted),
    [null, null, true, true],
  );
});

scenario('many records saved at once all arrive', notes, async ({ server, client }) => {
  const app = await client();
  await app.ready();
  const ids = await app.run(async ({ DataStore, Note }) => {
    const saves = Array.from({ length: 40 }, (_, n) => DataStore.save(new Note({ title: `note ${n}`, rating: n })));
    return (await Promise.all(saves)).map(({ id }) => id);
  });
  await app.sent();
  const stored = await server.graphql('{ listNotes(limit: 1000) { items { id rating _version } nextToken } }');
  assert.deepEqual(new Set(stored.listNotes.items.map(({ id }) => id)), new Set(ids));
  assert.ok(stored.listNotes.items.every(({ _version }) => _version === 1));
});
