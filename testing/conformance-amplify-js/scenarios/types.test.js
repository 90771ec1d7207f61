'use strict';
// Every type of field, from one app to the other and back.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');

// `jsons` is not here: the client sends a list of AWSJSON as one string, whatever is in it.
const FULL = {
  text: 'text with "quotes", ünïcödé and \u{1F600}',
  other: 'an-id',
  whole: -2147483648,
  real: 0.1,
  flag: false,
  date: '2024-02-29',
  time: '12:34:56.789',
  dateTime: '2024-02-29T12:34:56.789Z',
  timestamp: 1700000000,
  email: 'someone@example.com',
  json: { a: [1, 'two', null, { b: true }] },
  url: 'https://example.com/a?b=c',
  phone: '+4930123456',
  ip: '2001:db8::1',
  color: 'GREEN',
  texts: ['a', null, ''],
  wholes: [3, 1, 2],
  reals: [1.5, null],
  flags: [true, false],
  dates: ['2024-01-01', '1999-12-31'],
  moments: ['2024-01-01T00:00:00.000Z'],
  colors: ['RED', 'BLUE'],
  place: { street: 'Main', number: 5, position: { lat: 52.5, long: -13.4 } },
  places: [
    { street: 'One', number: null, position: null },
    { street: 'Two', number: 2, position: { lat: 0, long: 0 } },
  ],
};

scenario('every type arrives as it was sent', { schema: 'types' }, async ({ client }) => {
  const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all([one.ready(), other.ready()]);
  const id = await one.run(
    async ({ DataStore, Everything }, full) => (await DataStore.save(new Everything(full))).id,
    FULL,
  );
  await one.sent();
  const read = async ({ DataStore, Everything }, id) => {
    const found = await DataStore.query(Everything, id);
    return found && { ...found };
  };
  const picked = record => Object.fromEntries(Object.keys(FULL).map(name => [name, record[name]]));
  assert.deepEqual(picked(await other.until(read, id)), FULL, 'live');
  assert.deepEqual(picked(await one.run(read, id)), FULL, 'the answer');
  const late = await client({ name: 'late' });
  await late.ready();
  assert.deepEqual(picked(await late.run(read, id)), FULL, 'by sync');
  assert.deepEqual(await one.run(({ errors }) => errors), []);

  // And all of it cleared again.
  await other.run(
    async ({ DataStore, Everything }, id, names) => {
      const found = await DataStore.query(Everything, id);
      await DataStore.save(Everything.copyOf(found, draft => names.forEach(name => void (draft[name] = null))));
    },
    id,
    Object.keys(FULL),
  );
  await other.sent();
  const cleared = Object.fromEntries(Object.keys(FULL).map(name => [name, null]));
  const empty = await one.until(async ({ DataStore, Everything }, id) => {
    const found = await DataStore.query(Everything, id);
    return found.text === null && { ...found };
  }, id);
  assert.deepEqual(picked(empty), cleared);
});

scenario('what is not a value of its type is refused by the server', { schema: 'types' }, async ({ server }) => {
  const wrong = {
    date: '2024-02-30',
    time: '25:00',
    dateTime: 'yesterday',
    email: 'nobody',
    url: 'no url',
    phone: '12',
    ip: '1.2.3',
    json: '{',
    color: 'PINK',
    whole: 2147483648,
  };
  for (const [name, value] of Object.entries(wrong)) {
    const query = 'mutation ($input: CreateEverythingInput!) { createEverything(input: $input) { id } }';
    await assert.rejects(server.graphql(query, { input: { [name]: value } }), name);
  }
  const { listEverythings } = await server.graphql('{ listEverythings { items { id } } }');
  assert.deepEqual(listEverythings.items, []);
});
