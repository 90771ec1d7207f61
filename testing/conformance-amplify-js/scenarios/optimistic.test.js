'use strict';
// The server refuses what is stale, and the app's conflict handler decides.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, makeNote, changeNote, deleteNote } = require('../lib/notes');

const optimistic = { schema: 'notes', flags: ['--conflict', 'optimistic'] };

/** An app that has changed the title offline while another application wrote version 2. */
async function stale({ server, client }, options) {
  await makeNote(server, { id: 'n', title: 'old', body: 'old', rating: 1 });
  const app = await client(options);
  await app.ready();
  await app.run(({ net }) => net.offline());
  await app.run(async ({ DataStore, Note }) => {
    const read = await DataStore.query(Note, 'n');
    await DataStore.save(Note.copyOf(read, draft => void (draft.title = 'mine')));
  });
  return app;
}

scenario('the handler merges and the mutation is sent again', optimistic, async page => {
  const app = await stale(page, {
    conflictHandler: ({ modelConstructor, localModel, remoteModel, operation, attempts }, { data }) => {
      (data.asked ??= []).push({ local: { ...localModel }, remote: { ...remoteModel }, operation, attempts });
      return modelConstructor.copyOf(
        remoteModel,
        draft => void (draft.title = `${localModel.title} and ${remoteModel.title}`),
      );
    },
  });
  await changeNote(page.server, { id: 'n', title: 'theirs', _version: 1 });
  await app.run(({ net }) => net.online());
  await app.sent();
  const { title, body, rating, _version } = await note(page.server, 'n');
  assert.deepEqual([title, body, rating, _version], ['mine and theirs', 'old', 1, 3]);
  const asked = await app.run(({ data }) => data.asked);
  assert.equal(asked.length, 1);
  assert.deepEqual([asked[0].operation, asked[0].attempts], ['UPDATE', 1]);
  assert.deepEqual([asked[0].local.title, asked[0].remote.title, asked[0].remote._version], ['mine', 'theirs', 2]);
  const [refused, accepted] = await app.run(({ net }) => net.asked('updateNote').map(({ answer }) => answer));
  assert.equal(refused.data.updateNote, null);
  assert.equal(refused.errors.length, 1);
  const { errorType, message, path, data } = refused.errors[0];
  assert.deepEqual(
    { errorType, message, path },
    {
      errorType: 'ConflictUnhandled',
      message: 'Conflict resolver rejects mutation.',
      path: ['updateNote'],
    },
  );
  assert.deepEqual([data.title, data._version, data._deleted], ['theirs', 2, null]);
  assert.equal(accepted.data.updateNote._version, 3);
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'mine and theirs');
});

scenario("a handler that discards gets the server's record by get", optimistic, async page => {
  const app = await stale(page, { conflictHandler: (_, { DISCARD }) => DISCARD });
  await changeNote(page.server, { id: 'n', title: 'theirs', _version: 1 });
  await app.run(({ net }) => net.online());
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'theirs');
  await app.sent();
  const [asked] = await app.run(({ net }) => net.asked('getNote'));
  assert.deepEqual(asked.body.variables, { id: 'n' });
  assert.equal(asked.answer.data.getNote._version, 2);
  assert.equal((await note(page.server, 'n'))._version, 2);
});

scenario('an update of what was deleted meanwhile is refused with the tombstone', optimistic, async page => {
  const app = await stale(page, {
    conflictHandler: ({ remoteModel }, { data, DISCARD }) => {
      data.remote = { ...remoteModel };
      return DISCARD;
    },
  });
  await deleteNote(page.server, { id: 'n', _version: 1 });
  await app.run(({ net }) => net.online());
  await app.until(async ({ DataStore, Note }) => !(await DataStore.query(Note, 'n')));
  await app.sent();
  const remote = await app.run(({ data }) => data.remote);
  assert.deepEqual([remote._deleted, remote._version], [true, 2]);
  assert.equal((await note(page.server, 'n'))._deleted, true);
});

// The client's default handler sends its own model again with the server's version. That model holds the fields of the
// mutation and null for all others, so it clears them.
scenario('without a handler the client tries again with its own values', optimistic, async page => {
  const app = await stale(page, {});
  await changeNote(page.server, { id: 'n', title: 'theirs', _version: 1 });
  await app.run(({ net }) => net.online());
  await app.sent();
  const { title, body, _version } = await note(page.server, 'n');
  assert.deepEqual([title, body, _version], ['mine', null, 3]);
  const inputs = await app.run(({ net }) => net.inputs('updateNote'));
  assert.deepEqual(
    inputs.map(({ _version, body }) => [_version, body]),
    [
      [1, undefined],
      [2, null],
    ],
  );
});

// If the mutation lacks a required field, the default handler throws inside the client. The same mutation is sent ten
// times more, and then the server's record is fetched.
scenario(
  'without a handler a mutation without a required field is given up',
  optimistic,
  async ({ server, client }) => {
    await makeNote(server, { id: 'n', title: 'old', rating: 1 });
    const app = await client();
    await app.ready();
    await app.run(({ net }) => net.offline());
    await app.run(async ({ DataStore, Note }) => {
      const read = await DataStore.query(Note, 'n');
      await DataStore.save(Note.copyOf(read, draft => void (draft.rating = 2)));
    });
    await changeNote(server, { id: 'n', title: 'theirs', _version: 1 });
    await app.run(({ net }) => net.online());
    await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'theirs');
    await app.sent();
    assert.equal((await app.run(({ net }) => net.asked('updateNote'))).length, 11);
    const { title, rating, _version } = await note(server, 'n');
    assert.deepEqual([title, rating, _version], ['theirs', 1, 2]);
  },
);
