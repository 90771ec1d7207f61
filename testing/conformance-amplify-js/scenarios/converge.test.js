'use strict';
// Several apps write as they like, on and off the network, and end with the same records.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');
const { makeNotes } = require('../lib/notes');

const FIELDS = ['title', 'body', 'rating', 'tags', '_version'];

/** Numbers below `below`, the same ones in each run. */
function numbers(seed) {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What one app does in one round: `[what, record, value]`. */
function plan(next, app, round) {
  return Array.from({ length: 4 }, (_, step) => {
    const what = ['title', 'body', 'rating', 'tags', 'tags', 'delete', 'create'][next(7)];
    return [what, `note-${next(12)}`, `${app}.${round}.${step}`, next(100)];
  });
}

async function edits({ DataStore, Note }, steps) {
  for (const [what, id, text, number] of steps) {
    if (what === 'create') {
      await DataStore.save(new Note({ title: text, rating: number }));
      continue;
    }
    const read = await DataStore.query(Note, id);
    if (!read) continue;
    if (what === 'delete') {
      await DataStore.delete(read);
      continue;
    }
    const value = { title: text, body: text, rating: number, tags: [...(read.tags ?? []), text] }[what];
    await DataStore.save(Note.copyOf(read, draft => void (draft[what] = value)));
  }
}

/** Five rounds of it; `disturb(server)` happens while what was written is on its way. */
async function rounds({ server, client }, disturb) {
  await makeNotes(server, 12);
  const discard = (_, { DISCARD }) => DISCARD;
  const apps = await Promise.all([0, 1, 2].map(n => client({ name: `app ${n}`, conflictHandler: discard })));
  await Promise.all(apps.map(app => app.ready()));
  const next = numbers(Number(process.env.CONFORMANCE_SEED ?? 7));
  const created = [];
  for (let round = 0; round < 5; round++) {
    const online = next(3);
    await Promise.all(apps.map((app, n) => n !== online && app.run(({ net }) => net.offline())));
    const plans = apps.map((_, n) => plan(next, n, round));
    created.push(...plans.flat().filter(([what]) => what === 'create'));
    await Promise.all(apps.map((app, n) => app.run(edits, plans[n])));
    await Promise.all(apps.map((app, n) => n !== online && app.run(({ net }) => net.online())));
    await disturb(server);
    await Promise.all(apps.map(app => app.sent()));
  }
  const query = `{ listNotes(limit: 1000) { items { id _deleted ${FIELDS.join(' ')} } } }`;
  const { items } = (await server.graphql(query)).listNotes;
  const live = items.filter(({ _deleted }) => !_deleted);
  assert.ok(live.length > 3 && live.length < items.length, 'there was something to converge to');
  const titles = items.map(({ title }) => title);
  for (const [, , title] of created) assert.equal(titles.filter(other => other === title).length, 1, `${title}, once`);
  const rows = list =>
    list.map(record => [record.id, ...FIELDS.map(name => record[name])]).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const app of apps) {
    // The client syncs before its subscriptions are confirmed and misses what is written between the two; the next
    // sync brings it.
    await app.reconnect();
    const found = await app.run(async ({ DataStore, Note }) =>
      (await DataStore.query(Note)).map(record => ({ ...record })),
    );
    assert.deepEqual(rows(found), rows(live), app.name);
  }
}

scenario("three apps, on and off the network, end with the server's records", { schema: 'notes' }, page =>
  rounds(page, () => {}),
);

scenario('three apps and a server that is killed again and again', { schema: 'notes' }, page =>
  rounds(page, async server => {
    await server.kill();
    await server.restart();
  }),
);
