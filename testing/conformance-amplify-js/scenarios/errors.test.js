'use strict';
// What is refused.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote } = require('../lib/notes');

scenario('a wrong API key gets in nowhere, and the app is told so', { schema: 'notes' }, async ({ server, client }) => {
  await makeNote(server, { id: 'n', title: 'secret' });
  const app = await client({ connection: { ...server.connection, apiKey: 'da2-wrong' } });
  await app.run(({ DataStore }) => DataStore.start());
  const refused = await app.until(({ net }) => net.asked('syncNotes').find(({ status }) => status));
  assert.equal(refused.status, 401);
  assert.deepEqual(
    refused.answer.errors.map(({ errorType, message }) => [errorType, message]),
    [['UnauthorizedException', 'You are not authorized to make this call.']],
  );
  const frame = await app.until(({ net }) => net.frames.find(({ frame }) => frame.type === 'connection_error')?.frame);
  assert.deepEqual(
    frame.payload.errors.map(({ errorType, errorCode }) => [errorType, errorCode]),
    [['UnauthorizedException', 401]],
  );
  await app.until(({ errors }) => errors.some(({ process }) => process === 'subscribe'));
  const api = await app.run(async ({ api }) => {
    try {
      return await api.graphql({ query: '{ getNote(id: "n") { title } }' });
    } catch ({ errors }) {
      return errors.map(({ message }) => message);
    }
  });
  assert.deepEqual(api, ['Unauthorized']);
  assert.equal(await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).length), 0);
});

scenario(
  'a mutation that the server refuses does not stop the next',
  { schema: 'types' },
  async ({ server, client }) => {
    const app = await client();
    await app.ready();
    // The client takes any text for an AWSDate's moment; 30 February it does not know to be none.
    const ids = await app.run(async ({ DataStore, Everything }) => {
      const bad = await DataStore.save(new Everything({ text: 'bad', date: '2023-02-30' }));
      const good = await DataStore.save(new Everything({ text: 'good' }));
      return { bad: bad.id, good: good.id };
    });
    await app.until(({ errors }) => errors.length === 1);
    await server.until(
      '{ listEverythings { items { id } } }',
      ({ listEverythings }) => listEverythings.items.length === 1,
    );
    const { listEverythings } = await server.graphql('{ listEverythings { items { id text } } }');
    assert.deepEqual(listEverythings.items, [{ id: ids.good, text: 'good' }]);
    const [error] = await app.run(({ errors }) => errors);
    assert.equal(error.process, 'mutate');
    assert.match(error.message, /date/);
  },
);
