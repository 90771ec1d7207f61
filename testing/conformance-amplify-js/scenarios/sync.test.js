'use strict';
// The first sync, and what it asks.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote, changeNote, deleteNote, makeNotes } = require('../lib/notes');

const notes = { schema: 'notes' };

scenario('the first sync brings what is there and leaves out what was deleted', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'a', title: 'first', body: 'text', rating: 3, tags: ['x', 'y'] });
  await makeNote(server, { id: 'b', title: 'second' });
  await changeNote(server, { id: 'b', title: 'second, changed', _version: 1 });
  await makeNote(server, { id: 'c', title: 'third' });
  await deleteNote(server, { id: 'c', _version: 1 });

  const app = await client();
  await app.ready();
  const found = await app.run(async ({ DataStore, Note, SortDirection }) => {
    const sort = note => note.id(SortDirection.ASCENDING);
    return (await DataStore.query(Note, undefined, { sort })).map(note => ({ ...note }));
  });
  assert.deepEqual(
    found.map(({ id, title, body, rating, tags }) => ({ id, title, body, rating, tags })),
    [
      { id: 'a', title: 'first', body: 'text', rating: 3, tags: ['x', 'y'] },
      { id: 'b', title: 'second, changed', body: null, rating: null, tags: null },
    ],
  );
  assert.deepEqual(
    found.map(({ _version, _deleted }) => [_version, _deleted]),
    [
      [1, null],
      [2, null],
    ],
  );
  assert.ok(found.every(({ _lastChangedAt }) => Number.isInteger(_lastChangedAt) && _lastChangedAt > 1.6e12));

  const [asked, ...more] = await app.run(({ net }) => net.asked('syncNotes'));
  assert.equal(more.length, 0);
  assert.deepEqual(asked.body.variables, { limit: 1000, nextToken: null, lastSync: 0, filter: null });
  const { items, nextToken, startedAt } = asked.answer.data.syncNotes;
  assert.equal(nextToken, null);
  assert.ok(
    items.every(item => item._lastChangedAt <= startedAt),
    'nothing is newer than the sync says',
  );
  const synced = await app.run(({ hub }) => hub.last('modelSynced'));
  assert.equal(synced.counts.new, 2);
  assert.equal(synced.isFullSync, true);
});

scenario('2,500 records come in three pages of one sync', notes, async ({ server, client }) => {
  await makeNotes(server, 2500);
  const app = await client();
  await app.ready();
  const found = await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).map(({ rating }) => rating));
  assert.deepEqual(
    found.sort((a, b) => a - b),
    Array.from({ length: 2500 }, (_, n) => n),
  );
  const pages = await app.run(({ net }) =>
    net.asked('syncNotes').map(({ body, answer }) => {
      const { items, nextToken, startedAt } = answer.data.syncNotes;
      return { asked: body.variables, count: items.length, nextToken, startedAt };
    }),
  );
  assert.deepEqual(
    pages.map(({ count }) => count),
    [1000, 1000, 500],
  );
  assert.equal(new Set(pages.map(({ startedAt }) => startedAt)).size, 1, 'one time for all pages');
  assert.deepEqual(
    pages.map(({ asked }) => asked.nextToken),
    [null, pages[0].nextToken, pages[1].nextToken],
  );
  assert.equal(pages[2].nextToken, null);
});

scenario('a sync stops at the most records the app wants', notes, async ({ server, client }) => {
  await makeNotes(server, 60);
  const app = await client({ syncPageSize: 25, maxRecordsToSync: 40 });
  await app.ready();
  const count = await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).length);
  assert.equal(count, 40);
  assert.deepEqual(
    await app.run(({ net }) => net.asked('syncNotes').map(({ body }) => body.variables.limit)),
    [25, 15],
  );
});

scenario(
  'when the interval of full syncs is over, everything is asked for again',
  notes,
  async ({ server, client }) => {
    await makeNotes(server, 5);
    // In minutes; nothing is always longer ago than this.
    const app = await client({ fullSyncInterval: 1e-9 });
    await app.ready();
    await app.run(({ DataStore }) => DataStore.stop());
    await app.run(({ hub, net }) => {
      hub.forget();
      net.forget();
    });
    await app.ready();
    const [asked] = await app.run(({ net }) => net.asked('syncNotes'));
    assert.equal(asked.body.variables.lastSync, 0);
    assert.equal(asked.answer.data.syncNotes.items.length, 5);
    assert.equal((await app.run(({ hub }) => hub.all('modelSynced')[0])).isFullSync, true);
  },
);
