'use strict';
// Subscriptions whose filter AppSync would refuse: the client subscribes again without it and filters by itself.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNote } = require('../lib/notes');

const notes = { schema: 'notes' };

/** What the server must say for the client to fall back, and an expression that makes it say so. */
const refused = {
  'Filters combination exceed maximum limit': {
    expression: note => note.or(n => Array.from({ length: 12 }, (_, at) => n.title.eq(`title ${at}`))),
    inside: { title: 'title 7' },
  },
  'filter uses same fieldName multiple time': {
    expression: note => note.and(n => [n.rating.gt(1), n.rating.lt(5)]),
    inside: { title: 'any', rating: 3 },
  },
  "The variables input contains a field name 'not'": {
    expression: note => note.not(n => n.title.eq('outside')),
    inside: { title: 'any' },
  },
};

for (const [message, { expression, inside }] of Object.entries(refused)) {
  scenario(`falls back from: ${message}`, notes, async ({ server, client }) => {
    const app = await client({ syncExpressions: { Note: expression } });
    await app.run(({ DataStore }) => DataStore.start());
    await app.until(({ net, hub }) => hub.saw('ready') && net.acknowledged() >= 3);
    const errors = await app.run(({ net }) =>
      net.frames.filter(({ frame }) => frame.type === 'error').map(({ frame }) => frame.payload.errors[0].message),
    );
    assert.equal(errors.length, 3);
    assert.ok(
      errors.every(error => error.includes(message)),
      JSON.stringify(errors),
    );
    const starts = await app.run(({ net }) =>
      net.frames
        .filter(({ frame }) => frame.type === 'start')
        .map(({ frame }) => JSON.parse(frame.payload.data).variables),
    );
    assert.equal(starts.filter(({ filter }) => filter).length, 3);
    assert.equal(starts.filter(({ filter }) => !filter).length, 3);

    await makeNote(server, { id: 'outside', title: 'outside', rating: 0 });
    await makeNote(server, { id: 'inside', rating: 0, ...inside });
    await app.until(async ({ DataStore, Note }) => await DataStore.query(Note, 'inside'));
    const ids = await app.run(async ({ DataStore, Note }) => (await DataStore.query(Note)).map(({ id }) => id));
    assert.deepEqual(ids, ['inside'], 'the client filters by itself');
    const sent = await app.run(({ net }) => net.events('onCreateNote').map(({ id }) => id));
    assert.deepEqual(sent, ['outside', 'inside']);
  });
}
