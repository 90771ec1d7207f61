'use strict';
// Two apps that are open at the same time.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote, noteUntil } = require('../lib/notes');

/** Two apps see each other's creates, updates and deletes. */
async function talk({ server, client }) {
  const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all([one.ready(), other.ready()]);
  await other.run(({ DataStore, Note, data }) => {
    data.seen = [];
    DataStore.observe(Note).subscribe(({ opType, element }) => data.seen.push([opType, element.title]));
  });
  const id = await one.run(async ({ DataStore, Note }) => (await DataStore.save(new Note({ title: 'hello' }))).id);
  await other.until(async ({ DataStore, Note }, id) => (await DataStore.query(Note, id))?.title === 'hello', id);
  await one.sent();
  await other.run(async ({ DataStore, Note }, id) => {
    const read = await DataStore.query(Note, id);
    await DataStore.save(Note.copyOf(read, draft => void (draft.title = 'hello yourself')));
  }, id);
  await one.until(async ({ DataStore, Note }, id) => (await DataStore.query(Note, id))?.title === 'hello yourself', id);
  await other.sent();
  await one.run(({ DataStore, Note }, id) => DataStore.delete(Note, id), id);
  await other.until(async ({ DataStore, Note }, id) => !(await DataStore.query(Note, id)), id);
  await noteUntil(server, id, ({ _version, _deleted }) => _version === 3 && _deleted);

  const kinds = await other.run(({ data }) => data.seen.map(([kind]) => kind));
  assert.equal(kinds[0], 'INSERT');
  assert.equal(kinds.at(-1), 'DELETE');
  const titles = await other.run(({ data }) => data.seen.map(([, title]) => title));
  assert.ok(titles.includes('hello yourself'));
  return [one, other];
}

scenario('two apps see each other live', { schema: 'notes' }, async page => {
  const [one] = await talk(page);
  const [socket] = await one.run(({ net }) => net.sockets);
  assert.match(socket.url, /^wss:/);
});

scenario('two apps see each other live over plain http and ws', { schema: 'notes', tls: false }, async page => {
  await talk(page);
  assert.match(page.server.endpoint, /^http:/);
});

scenario(
  'what another application writes arrives complete, whatever it selected',
  { schema: 'notes' },
  async ({ server, client }) => {
    const app = await client();
    await app.ready();
    await server.graphql(
      'mutation { createNote(input: { id: "n", title: "t", body: "b", rating: 4, tags: ["x"] }) { id } }',
    );
    const local = await app.until(async ({ DataStore, Note }) => {
      const note = await DataStore.query(Note, 'n');
      return note && { ...note };
    });
    const { title, body, rating, tags, _version } = local;
    assert.deepEqual(
      { title, body, rating, tags, _version },
      {
        title: 't',
        body: 'b',
        rating: 4,
        tags: ['x'],
        _version: 1,
      },
    );
    assert.deepEqual(await app.run(({ errors }) => errors), []);
  },
);

scenario(
  'events of one record arrive in the order of its versions',
  { schema: 'notes' },
  async ({ server, client }) => {
    const app = await client();
    await app.ready();
    await makeNote(server, { id: 'n', title: 't', rating: 0 });
    const changes = Array.from(
      { length: 100 },
      (_, n) => `c${n}: updateNote(input: { id: "n", rating: ${n + 1}, _version: ${n + 1} }) { id }`,
    );
    await server.graphql(`mutation { ${changes.join(' ')} }`);
    await app.until(({ net }) => net.events('onUpdateNote').length === 100);
    const events = await app.run(({ net }) =>
      net.events('onUpdateNote').map(({ rating, _version }) => [rating, _version]),
    );
    assert.deepEqual(
      events,
      Array.from({ length: 100 }, (_, n) => [n + 1, n + 2]),
    );
    await app.until(async ({ DataStore, Note }) => (await DataStore.query(Note, 'n')).rating === 100);
  },
);
