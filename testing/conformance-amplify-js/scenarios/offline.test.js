'use strict';
// What the app writes while it is offline, and what becomes of it.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, noteUntil, makeNote, changeNote } = require('../lib/notes');

const notes = { schema: 'notes' };

scenario(
  'offline writes are sent when the network is back, one mutation for each record',
  notes,
  async ({ server, client }) => {
    for (const id of ['changed', 'deleted', 'both']) await makeNote(server, { id, title: id });
    const app = await client();
    await app.ready();
    await app.run(({ net, hub }) => {
      net.offline();
      net.forget();
      hub.forget();
    });
    const made = await app.run(async ({ DataStore, Note }) => {
      const edit = async (id, change) => DataStore.save(Note.copyOf(await DataStore.query(Note, id), change));
      const fresh = await DataStore.save(new Note({ title: 'made offline' }));
      await DataStore.save(Note.copyOf(fresh, draft => void (draft.rating = 7)));
      await edit('changed', draft => void (draft.title = 'changed once'));
      await edit('changed', draft => void (draft.body = 'and twice'));
      await DataStore.delete(Note, 'deleted');
      await edit('both', draft => void (draft.title = 'changed'));
      await DataStore.delete(Note, 'both');
      const gone = await DataStore.save(new Note({ title: 'never sent' }));
      await DataStore.delete(Note, gone.id);
      return fresh.id;
    });
    assert.deepEqual((await note(server, 'changed')).title, 'changed', 'nothing gets out');
    await app.run(({ net }) => net.online());
    await app.sent();

    assert.deepEqual(await fields(server, made), ['made offline', null, 7, 1, null]);
    assert.deepEqual(await fields(server, 'changed'), ['changed once', 'and twice', null, 2, null]);
    assert.deepEqual(await fields(server, 'deleted'), ['deleted', null, null, 2, true]);
    assert.equal((await note(server, 'both'))._deleted, true);
    const counts = await app.run(({ net }) =>
      ['createNote', 'updateNote', 'deleteNote'].map(field => net.inputs(field).length),
    );
    assert.deepEqual(counts, [1, 1, 2]);
    const local = await app.run(async ({ DataStore, Note }) =>
      (await DataStore.query(Note)).map(({ title, _version }) => [title, _version]).sort(),
    );
    assert.deepEqual(local, [
      ['changed once', 2],
      ['made offline', 1],
    ]);
  },
);

async function fields(server, id) {
  const { title, body, rating, _version, _deleted } = await note(server, id);
  return [title, body, rating, _version, _deleted];
}

scenario('what was written offline survives the end of the app', notes, async ({ server, client, disk }) => {
  await makeNote(server, { id: 'n', title: 'old', rating: 1 });
  const app = await client({ disk: disk() });
  await app.ready();
  await app.run(({ net }) => net.offline());
  await app.run(async ({ DataStore, Note }) => {
    await DataStore.save(Note.copyOf(await DataStore.query(Note, 'n'), draft => void (draft.title = 'new')));
    await DataStore.save(new Note({ title: 'another' }));
    // The entries are written after the saves have returned; a query waits for its turn behind them.
    await DataStore.query(Note, 'n');
  });
  await app.kill();
  await changeNote(server, { id: 'n', rating: 2, _version: 1 });

  await app.reopen();
  await app.ready();
  await app.sent();
  const changed = await noteUntil(server, 'n', ({ title }) => title === 'new');
  assert.deepEqual([changed.title, changed.rating, changed._version], ['new', 2, 3], 'both changes are kept');
  const local = await app.run(async ({ DataStore, Note }) =>
    (await DataStore.query(Note)).map(({ title, rating }) => [title, rating]).sort(),
  );
  assert.deepEqual(local, [
    ['another', null],
    ['new', 2],
  ]);
});

scenario('the app can start without a network and syncs when there is one', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'remote' });
  const app = await client();
  await app.run(async ({ net, DataStore, Note }) => {
    net.offline();
    await DataStore.start();
    await DataStore.save(new Note({ title: 'local' }));
  });
  const before = await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).map(({ title }) => title));
  assert.deepEqual(before, ['local']);
  await app.run(({ net }) => net.online());
  const titles = ({ DataStore, Note }) => DataStore.query(Note).then(list => list.map(({ title }) => title).sort());
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note)).length === 2);
  assert.deepEqual(await app.run(titles), ['local', 'remote']);
  await app.sent();
  const stored = await server.graphql('{ listNotes { items { title } } }');
  assert.deepEqual(stored.listNotes.items.map(({ title }) => title).sort(), ['local', 'remote']);
});
