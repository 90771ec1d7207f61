'use strict';
// Saves and deletes that hold a condition on what the server has.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { note, makeNote, changeNote } = require('../lib/notes');

const notes = { schema: 'notes' };

scenario('a save whose condition is met is applied', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: '[A] old', rating: 5 });
  const app = await client();
  await app.ready();
  await app.run(async ({ DataStore, Note }) => {
    const read = await DataStore.query(Note, 'n');
    const changed = Note.copyOf(read, draft => void (draft.title = '[A] new'));
    await DataStore.save(changed, note => note.and(each => [each.title.beginsWith('[A]'), each.rating.gt(4)]));
  });
  await app.sent();
  assert.equal((await note(server, 'n')).title, '[A] new');
  const [{ body }] = await app.run(({ net }) => net.asked('updateNote'));
  assert.deepEqual(body.variables.condition, { and: [{ title: { beginsWith: '[A]' } }, { rating: { gt: 4 } }] });
});

scenario(
  "a save whose condition is not met at the server gives the server's record back",
  notes,
  async ({ server, client }) => {
    await makeNote(server, { id: 'n', title: 'old', rating: 5 });
    const app = await client();
    await app.ready();
    await app.run(({ net }) => net.offline());
    await app.run(async ({ DataStore, Note }) => {
      const read = await DataStore.query(Note, 'n');
      await DataStore.save(
        Note.copyOf(read, draft => void (draft.title = 'mine')),
        note => note.rating.eq(5),
      );
    });
    await changeNote(server, { id: 'n', rating: 1, _version: 1 });
    await app.run(({ net }) => net.online());
    const error = await app.until(({ errors }) => errors[0]);
    assert.equal(error.message.startsWith('The conditional request failed'), true, error.message);
    assert.equal(error.remoteModel.rating, 1);
    await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'old');
    const { title, rating, _version } = await note(server, 'n');
    assert.deepEqual([title, rating, _version], ['old', 1, 2], 'nothing was written');
    const answer = await app.run(({ net }) => net.asked('updateNote').at(-1).answer);
    assert.equal(answer.data.updateNote, null);
    assert.equal(answer.errors.length, 1);
    assert.equal(answer.errors[0].errorType, 'ConditionalCheckFailedException');
  },
);

scenario('a delete with a condition is refused or applied', notes, async ({ server, client }) => {
  await makeNote(server, { id: 'stays', title: 'keep', rating: 1 });
  await makeNote(server, { id: 'goes', title: 'drop', rating: 1 });
  // A stale version is a conflict before it is a failed condition; this handler asks again with the newer version.
  const app = await client({ conflictHandler: ({ remoteModel }) => remoteModel });
  await app.ready();
  await app.run(({ net }) => net.offline());
  await app.run(async ({ DataStore, Note }) => {
    for (const id of ['stays', 'goes']) {
      await DataStore.delete(await DataStore.query(Note, id), note => note.rating.eq(1));
    }
  });
  await changeNote(server, { id: 'stays', rating: 2, _version: 1 });
  await app.run(({ net }) => net.online());
  // The client also tells its handler of the retry itself.
  await app.until(({ errors }) => errors.some(({ message }) => message.startsWith('The conditional request failed')));
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'stays'))?.rating === 2);
  await app.sent();
  assert.equal((await note(server, 'stays'))._deleted, null);
  assert.equal((await note(server, 'goes'))._deleted, true);
  assert.equal(await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).length), 1);
});
