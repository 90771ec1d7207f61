'use strict';
// Two writers, one record, and the server merges.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, noteUntil, makeNote, changeNote } = require('../lib/notes');

const notes = { schema: 'notes' };

/** One app changes the record offline while another application changes it, then the app comes back. */
async function collide({ server, client }, before, offline, meanwhile) {
  await makeNote(server, { id: 'n', title: 'old', ...before });
  const app = await client();
  await app.ready();
  await app.run(({ net }) => net.offline());
  await app.run(async ({ DataStore, Note }, change) => {
    const read = await DataStore.query(Note, 'n');
    await DataStore.save(Note.copyOf(read, draft => void Object.assign(draft, change)));
  }, offline);
  await changeNote(server, { id: 'n', ...meanwhile, _version: 1 });
  await app.run(({ net }) => net.online());
  await app.sent();
  const stored = await note(server, 'n');
  const local = await app.until(async ({ DataStore, Note }, version) => {
    const read = await DataStore.query(Note, 'n');
    return read._version === version && { ...read };
  }, stored._version);
  assert.deepEqual(local, stored, 'the app has what the server has');
  assert.equal(stored._version, 3);
  assert.deepEqual(await app.run(({ errors }) => errors), []);
  return stored;
}

scenario('changes of different fields are both kept', notes, async page => {
  const { title, body, rating } = await collide(
    page,
    { body: 'old', rating: 1 },
    { title: 'mine' },
    { body: 'theirs' },
  );
  assert.deepEqual([title, body, rating], ['mine', 'theirs', 1]);
});

scenario("of two changes of one field the server's is kept", notes, async page => {
  const { title, body } = await collide(page, {}, { title: 'mine', body: 'mine' }, { title: 'theirs' });
  assert.deepEqual([title, body], ['theirs', 'mine']);
});

scenario('lists are merged from both sides', notes, async page => {
  const { tags } = await collide(page, { tags: ['a', 'b'] }, { tags: ['b', 'mine'] }, { tags: ['a', 'b', 'theirs'] });
  assert.deepEqual([...tags].sort(), ['b', 'mine', 'theirs']);
});

const appsync = { schema: 'notes', flags: ['--conflict', 'automerge-appsync'] };

scenario('as AppSync merges: lists are put together, scalars stay', appsync, async page => {
  const offline = { title: 'mine', body: 'mine', tags: ['a', 'mine'] };
  const { title, body, tags } = await collide(page, { tags: ['a'] }, offline, { tags: ['a', 'theirs'] });
  assert.deepEqual([title, body, tags], ['old', 'mine', ['a', 'theirs', 'a', 'mine']]);
});

scenario('two apps that were both offline end with the same record', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'old', body: 'old', rating: 1 });
  const apps = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all(apps.map(app => app.ready()));
  await Promise.all(apps.map(app => app.run(({ net }) => net.offline())));
  const changes = [
    { title: 'one', rating: 2 },
    { body: 'other', rating: 3 },
  ];
  await Promise.all(
    apps.map((app, at) =>
      app.run(async ({ DataStore, Note }, change) => {
        const read = await DataStore.query(Note, 'n');
        await DataStore.save(Note.copyOf(read, draft => void Object.assign(draft, change)));
      }, changes[at]),
    ),
  );
  for (const app of apps) {
    await app.run(({ net }) => net.online());
    await app.sent();
  }
  const stored = await noteUntil(server, 'n', ({ _version }) => _version === 3);
  assert.deepEqual([stored.title, stored.body, stored.rating], ['one', 'other', 2]);
  for (const app of apps) {
    const local = await app.until(async ({ DataStore, Note }) => {
      const read = await DataStore.query(Note, 'n');
      return read._version === 3 && { ...read };
    });
    assert.deepEqual(local, stored);
  }
});

scenario('a stale delete is refused and the record comes back', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'old' });
  const app = await client({ conflictHandler: (_, { DISCARD }) => DISCARD });
  await app.ready();
  await app.run(({ net }) => net.offline());
  await app.run(({ DataStore, Note }) => DataStore.delete(Note, 'n'));
  await changeNote(server, { id: 'n', title: 'theirs', _version: 1 });
  await app.run(({ net }) => net.online());
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n'))?.title === 'theirs');
  await app.sent();
  const { title, _deleted, _version } = await note(server, 'n');
  assert.deepEqual([title, _deleted, _version], ['theirs', null, 2]);
  const refused = await app.run(({ net }) => net.asked('deleteNote')[0].answer);
  assert.equal(refused.data.deleteNote, null);
  assert.deepEqual(
    refused.errors.map(({ errorType, message }) => [errorType, message]),
    [['ConflictUnhandled', 'Conflict resolver rejects mutation.']],
  );
});
