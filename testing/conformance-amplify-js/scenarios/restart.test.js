'use strict';
// Apps and servers that end and come back.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, makeNote, makeNotes, changeNote, deleteNote } = require('../lib/notes');

const notes = { schema: 'notes' };

const titles = async ({ DataStore, Note }) => (await DataStore.query(Note)).map(({ title }) => title).sort();

scenario('an app that comes back asks for what changed, deletes included', notes, async ({ server, client, disk }) => {
  await makeNotes(server, 20);
  const app = await client({ disk: disk() });
  await app.ready();
  await app.quit();
  await changeNote(server, { id: 'note-1', title: 'changed', _version: 1 });
  await deleteNote(server, { id: 'note-2', _version: 1 });
  await makeNote(server, { id: 'late', title: 'late' });

  await app.reopen();
  await app.ready();
  const [{ body, answer }] = await app.run(({ net }) => net.asked('syncNotes'));
  assert.ok(body.variables.lastSync > 0);
  const returned = answer.data.syncNotes.items.map(({ id }) => id);
  for (const id of ['note-1', 'note-2', 'late']) assert.ok(returned.includes(id), id);
  const { isDeltaSync, counts } = await app.run(({ hub }) => hub.last('modelSynced'));
  assert.deepEqual([isDeltaSync, counts.deleted], [true, 1]);
  const expected = Array.from({ length: 20 }, (_, n) => `note ${n}`).filter(title => !/^note [12]$/.test(title));
  assert.deepEqual(await app.run(titles), [...expected, 'changed', 'late'].sort());
});

scenario('a delta holds only what changed', notes, async ({ server, client }) => {
  await makeNotes(server, 500);
  const app = await client();
  await app.ready();
  await app.run(({ DataStore }) => DataStore.stop());
  await app.run(({ net, hub }) => {
    net.forget();
    hub.forget();
  });
  // The first sync's own time may lie in the millisecond of the last create: a delta includes that moment.
  await changeNote(server, { id: 'note-7', title: 'changed', _version: 1 });
  await app.ready();
  const [{ answer }] = await app.run(({ net }) => net.asked('syncNotes'));
  const returned = answer.data.syncNotes.items.map(({ id }) => id);
  assert.ok(returned.includes('note-7') && returned.length < 100, String(returned.length));
  assert.equal((await app.run(titles)).length, 500);
});

scenario('a server that ends in the middle of a sync and comes back', notes, async ({ server, client }) => {
  await makeNotes(server, 300);
  const app = await client({ syncPageSize: 50 });
  await app.run(({ net, data, DataStore }) => {
    data.release = net.hold(({ body }) => /syncNotes/.test(body.query) && body.variables.nextToken !== null);
    return DataStore.start();
  });
  await app.until(({ net }) => net.asked('syncNotes').length === 2 && net.acknowledged() === 3);
  await server.kill();
  await app.run(({ data }) => data.release());
  // The client is refused at least once before the server is there again.
  await app.until(({ net }) => net.asked('syncNotes').some(({ error }) => error));
  await server.restart();
  await app.until(({ hub }) => hub.saw('ready'));
  const found = await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).map(({ rating }) => rating));
  assert.deepEqual(
    found.sort((a, b) => a - b),
    Array.from({ length: 300 }, (_, n) => n),
  );
  const tokens = await app.run(({ net }) =>
    net
      .asked('syncNotes')
      .filter(({ status }) => status === 200)
      .map(({ body }) => body.variables.nextToken),
  );
  assert.equal(new Set(tokens).size, 6, 'a token from before the restart is still good');
});

scenario('an app goes on after its server was away', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'old' });
  const app = await client();
  await app.ready();
  await server.stop();
  await app.run(async ({ DataStore, Note }) => {
    await DataStore.save(
      Note.copyOf(await DataStore.query(Note, 'n'), draft => void (draft.title = 'written meanwhile')),
    );
  });
  await server.restart();
  await app.sent();
  assert.equal((await note(server, 'n')).title, 'written meanwhile');
  // The socket comes back by itself and brings what others write.
  await app.until(({ net }) => net.sockets.length > 1 && net.acknowledged() >= 3);
  await changeNote(server, { id: 'n', title: 'from elsewhere', _version: 2 });
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'from elsewhere');
});

scenario('what was missed while the socket was down is fetched', notes, async ({ server, client }) => {
  await makeNotes(server, 3);
  const app = await client();
  await app.ready();
  await app.run(({ net, hub }) => {
    net.offline();
    hub.forget();
  });
  await changeNote(server, { id: 'note-0', title: 'changed', _version: 1 });
  await deleteNote(server, { id: 'note-1', _version: 1 });
  await makeNote(server, { id: 'late', title: 'late' });
  await app.run(({ net }) => net.online());
  await app.until(({ hub }) => hub.saw('syncQueriesReady'));
  assert.deepEqual(await app.run(titles), ['changed', 'late', 'note 2']);
});
