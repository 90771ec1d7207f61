'use strict';
// What the app is told: the hub's events and their order, and live queries.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote, makeNotes, changeNote } = require('../lib/notes');

scenario("the hub's events of a start, in order", { schema: 'blog' }, async ({ server, client }) => {
  await server.graphql('mutation { createPost(input: { id: "p", title: "post" }) { id } }');
  const app = await client();
  await app.ready();
  const events = await app.run(({ hub }) => hub.events.map(({ event, data }) => [event, data]));
  const names = events.map(([event]) => event);
  const order = [
    'networkStatus',
    'subscriptionsEstablished',
    'syncQueriesStarted',
    'modelSynced',
    'modelSynced',
    'syncQueriesReady',
    'ready',
  ];
  assert.deepEqual(
    names.filter(name => order.includes(name)),
    order,
  );
  assert.ok(names.indexOf('storageSubscribed') >= 0);
  assert.ok(names.indexOf('outboxStatus') > names.indexOf('storageSubscribed'));
  const data = name => events.filter(([event]) => event === name).map(([, value]) => value);
  assert.deepEqual(data('networkStatus'), [{ active: true }]);
  assert.deepEqual(data('outboxStatus'), [{ isEmpty: true }]);
  assert.deepEqual(data('syncQueriesStarted'), [{ models: ['Post', 'Comment'] }]);
  assert.deepEqual(data('modelSynced'), [
    { model: 'Post', isFullSync: true, isDeltaSync: false, counts: { new: 1, updated: 0, deleted: 0 } },
    { model: 'Comment', isFullSync: true, isDeltaSync: false, counts: { new: 0, updated: 0, deleted: 0 } },
  ]);
});

scenario("the hub's events of a write, in order", { schema: 'notes' }, async ({ client }) => {
  const app = await client();
  await app.ready();
  await app.run(({ hub }) => hub.forget());
  await app.run(({ DataStore, Note }) => DataStore.save(new Note({ title: 'new' })));
  await app.until(({ hub }) => hub.saw('outboxMutationProcessed'));
  await app.sent();
  const events = await app.run(({ hub }) => hub.events);
  assert.deepEqual(
    events.map(({ event }) => event),
    ['outboxMutationEnqueued', 'outboxStatus', 'outboxMutationProcessed', 'outboxStatus'],
  );
  assert.deepEqual(
    events.filter(({ event }) => event === 'outboxStatus').map(({ data }) => data.isEmpty),
    [false, true],
  );
  const [{ data: enqueued }, , { data: processed }] = events;
  assert.deepEqual([enqueued.model, enqueued.element.title, enqueued.element._version], ['Note', 'new', undefined]);
  assert.deepEqual([processed.model, processed.element.title, processed.element._version], ['Note', 'new', 1]);
});

scenario(
  'observeQuery shows what is there, what comes, and when it is synced',
  { schema: 'notes' },
  async ({ server, client }) => {
    await makeNotes(server, 30);
    const app = await client({ syncPageSize: 10 });
    await app.run(({ DataStore, Note, SortDirection, data }) => {
      data.snapshots = [];
      const sort = { sort: note => note.rating(SortDirection.DESCENDING) };
      DataStore.observeQuery(Note, note => note.rating.gt(19), sort).subscribe(({ items, isSynced }) =>
        data.snapshots.push({ ratings: items.map(({ rating }) => rating), isSynced }),
      );
    });
    const synced = await app.until(({ data }) => data.snapshots.find(({ isSynced }) => isSynced));
    assert.deepEqual(
      synced.ratings,
      Array.from({ length: 10 }, (_, n) => 29 - n),
    );
    await app.until(({ net }) => net.acknowledged() === 3);
    await makeNote(server, { id: 'new', title: 'new', rating: 25 });
    await changeNote(server, { id: 'note-29', rating: 1, _version: 1 });
    const last = [28, 27, 26, 25, 25, 24, 23, 22, 21, 20];
    await app.until(({ data }, last) => {
      const { ratings } = data.snapshots.at(-1);
      return JSON.stringify(ratings) === JSON.stringify(last);
    }, last);
  },
);
