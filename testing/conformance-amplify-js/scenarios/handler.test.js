'use strict';
// A conflict handler of the application's own at the server, asked over HTTP as AppSync asks a Lambda function.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const { after } = require('node:test');
const { scenario } = require('../lib/scenario');
const { note, makeNote, changeNote } = require('../lib/notes');

const asked = [];
const handler = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const question = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  asked.push(question);
  const { newItem, existingItem } = question;
  const item = { ...existingItem, title: `${existingItem.title} and ${newItem.title}` };
  const reply = newItem.rating === 0 ? { action: 'REJECT' } : { action: 'RESOLVE', item };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(reply));
});
const listening = once(handler.listen(0, '127.0.0.1'), 'listening');
after(() => handler.close());

async function options() {
  await listening;
  return { schema: 'notes', flags: ['--conflict', `http://127.0.0.1:${handler.address().port}/conflicts`] };
}

/** An app whose change is stale when it comes back to the network. */
async function stale({ server, client }, change) {
  await makeNote(server, { id: 'n', title: 'old', body: 'old', rating: 1 });
  const app = await client({ conflictHandler: (_, { DISCARD }) => DISCARD });
  await app.ready();
  await app.run(({ net }) => net.offline());
  await app.run(async ({ DataStore, Note }, change) => {
    const read = await DataStore.query(Note, 'n');
    await DataStore.save(Note.copyOf(read, draft => void Object.assign(draft, change)));
  }, change);
  await changeNote(server, { id: 'n', title: 'theirs', _version: 1 });
  asked.length = 0;
  await app.run(({ net }) => net.online());
  await app.sent();
  return app;
}

scenario('what the handler resolves is stored and answered', options, async page => {
  const app = await stale(page, { title: 'mine' });
  const { title, body, rating, _version } = await note(page.server, 'n');
  assert.deepEqual([title, body, rating, _version], ['theirs and mine', 'old', 1, 3]);
  assert.equal(asked.length, 1);
  const [{ newItem, existingItem, arguments: given, resolver }] = asked;
  assert.deepEqual([newItem.title, existingItem.title], ['mine', 'theirs']);
  assert.deepEqual(given.input, { id: 'n', title: 'mine', _version: 1 });
  assert.deepEqual([resolver.parentType, resolver.field, resolver.outputType], ['Mutation', 'updateNote', 'Note']);
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'theirs and mine');
});

scenario('what the handler rejects is a conflict for the app', options, async page => {
  const app = await stale(page, { title: 'mine', rating: 0 });
  const { title, _version } = await note(page.server, 'n');
  assert.deepEqual([title, _version], ['theirs', 2]);
  const refused = await app.run(({ net }) => net.asked('updateNote')[0].answer);
  assert.deepEqual(
    refused.errors.map(({ errorType }) => errorType),
    ['ConflictUnhandled'],
  );
  await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).title === 'theirs');
});
