'use strict';
// Selective sync: what a sync expression selects is synced, and nothing else.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote, makeNotes, changeNote, deleteNote } = require('../lib/notes');

const notes = { schema: 'notes' };

/** An app that wants the notes rated above `data.above`. */
const above = { syncExpressions: { Note: (note, data) => note.rating.gt(data.above) }, data: { above: 5 } };

const ratings = async ({ DataStore, Note }) =>
  (await DataStore.query(Note)).map(({ rating }) => rating).sort((a, b) => a - b);

scenario('only what the expression selects is synced and delivered', notes, async ({ server, client }) => {
  await makeNotes(server, 10);
  await deleteNote(server, { id: 'note-9', _version: 1 });
  const app = await client(above);
  await app.ready();
  assert.deepEqual(await app.run(ratings), [6, 7, 8]);
  const [{ body }] = await app.run(({ net }) => net.asked('syncNotes'));
  assert.deepEqual(body.variables.filter, { and: [{ rating: { gt: 5 } }] });

  await makeNote(server, { id: 'outside', title: 't', rating: 1 });
  await makeNote(server, { id: 'inside', title: 't', rating: 20 });
  await app.until(async ({ DataStore, Note }) => await DataStore.query(Note, 'inside'));
  assert.deepEqual(await app.run(ratings), [6, 7, 8, 20]);
  const events = await app.run(({ net }) => net.events('onCreateNote').map(({ id }) => id));
  assert.deepEqual(events, ['inside'], 'the server does not send what the filter leaves out');
  const starts = await app.run(({ net }) =>
    net.frames
      .filter(({ frame }) => frame.type === 'start')
      .map(({ frame }) => JSON.parse(frame.payload.data).variables),
  );
  assert.deepEqual(starts, Array(3).fill({ filter: { and: [{ rating: { gt: 5 } }] } }));
});

scenario('an expression is evaluated again after stop and start', notes, async ({ server, client }) => {
  await makeNotes(server, 10);
  const app = await client(above);
  await app.ready();
  await app.run(async ({ DataStore, data, hub, net }) => {
    await DataStore.stop();
    hub.forget();
    net.forget();
    data.above = 2;
  });
  await app.ready();
  assert.deepEqual(await app.run(ratings), [3, 4, 5, 6, 7, 8, 9]);
  const [{ body }] = await app.run(({ net }) => net.asked('syncNotes'));
  assert.deepEqual([body.variables.lastSync, body.variables.filter], [0, { and: [{ rating: { gt: 2 } }] }]);
});

scenario('an unchanged expression asks for what is new after stop and start', notes, async ({ server, client }) => {
  await makeNotes(server, 10);
  const app = await client(above);
  await app.ready();
  await app.run(({ DataStore }) => DataStore.stop());
  await makeNote(server, { id: 'late', title: 't', rating: 30 });
  await makeNote(server, { id: 'late and outside', title: 't', rating: 3 });
  await app.run(({ hub, net }) => {
    hub.forget();
    net.forget();
  });
  await app.ready();
  assert.deepEqual(await app.run(ratings), [6, 7, 8, 9, 30]);
  const [{ body, answer }] = await app.run(({ net }) => net.asked('syncNotes'));
  assert.ok(body.variables.lastSync > 0);
  const returned = answer.data.syncNotes.items.map(({ id }) => id);
  assert.ok(returned.includes('late') && !returned.includes('late and outside'), String(returned));
  assert.ok((await app.run(({ hub }) => hub.last('modelSynced'))).isDeltaSync);
});

scenario('after clear another expression selects other records', notes, async ({ server, client }) => {
  await makeNotes(server, 10);
  const app = await client(above);
  await app.ready();
  await app.run(async ({ DataStore, data, hub, net }) => {
    await DataStore.clear();
    hub.forget();
    net.forget();
    data.above = 7;
  });
  await app.ready();
  assert.deepEqual(await app.run(ratings), [8, 9]);
});

scenario(
  'what no longer matches stays until clear, and comes back when it matches again',
  notes,
  async ({ server, client }) => {
    await makeNote(server, { id: 'n', title: 'inside', rating: 9 });
    const app = await client(above);
    await app.ready();
    await changeNote(server, { id: 'n', title: 'outside', rating: 1, _version: 1 });
    await changeNote(server, { id: 'n', title: 'inside again', rating: 8, _version: 2 });
    await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'inside again');
    const events = await app.run(({ net }) => net.events('onUpdateNote').map(({ title }) => title));
    assert.deepEqual(events, ['inside again']);
  },
);

scenario('every operator of a sync expression selects what it says', notes, async ({ server, client }) => {
  const rows = [
    { id: 'a', title: 'apple', rating: 1, tags: ['x'] },
    { id: 'b', title: 'banana', rating: 5, tags: ['x', 'y'] },
    { id: 'c', title: 'apricot', rating: 9, tags: [] },
    { id: 'd', title: 'cherry' },
  ];
  for (const row of rows) await makeNote(server, row);
  // Not here: what is missing and compared by `ne` or `notContains`, where the client's own evaluation of null differs
  // from AppSync's.
  const cases = [
    [note => note.title.beginsWith('ap'), 'ac'],
    [note => note.title.contains('an'), 'b'],
    [note => note.title.eq('cherry'), 'd'],
    [note => note.title.ne('cherry'), 'abc'],
    [note => note.rating.between(1, 5), 'ab'],
    [note => note.rating.le(5), 'ab'],
    [note => note.rating.lt(5), 'a'],
    [note => note.rating.ge(5), 'bc'],
    [note => note.title.notContains('an'), 'acd'],
    [note => note.tags.contains('y'), 'b'],
    [note => note.or(n => [n.title.eq('apple'), n.rating.gt(8)]), 'ac'],
    [note => note.and(n => [n.title.beginsWith('a'), n.rating.gt(8)]), 'c'],
    [note => note.not(n => n.title.beginsWith('a')), 'bd'],
    [note => note.and(n => [n.or(m => [m.rating.eq(1), m.rating.eq(9)]), n.title.contains('r')]), 'c'],
  ];
  const app = await client({
    syncExpressions: {
      Note: (note, data, page) => (data.expression ? (0, eval)(`(${data.expression})`)(note) : note.id.ne('')),
    },
  });
  for (const [expression, expected] of cases) {
    await app.run(async ({ DataStore, data, hub }, expression) => {
      await DataStore.clear();
      hub.forget();
      data.expression = expression;
      await DataStore.start();
    }, expression.toString());
    await app.until(({ hub }) => hub.saw('ready'));
    const found = await app.run(async ({ DataStore, Note }) =>
      (await DataStore.query(Note))
        .map(({ id }) => id)
        .sort()
        .join(''),
    );
    assert.equal(found, expected, expression.toString());
  }
});
