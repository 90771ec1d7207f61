'use strict';
// The same package without a DataStore: documents by `generateClient().graphql`, as apps write them.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');

scenario('create, get, update, list and delete', { schema: 'notes' }, async ({ client }) => {
  const app = await client();
  const fields = 'id title body rating tags _version _deleted';
  const made = await app.run(async ({ api }, fields) => {
    const query = `mutation ($input: CreateNoteInput!) { createNote(input: $input) { ${fields} } }`;
    return (await api.graphql({ query, variables: { input: { title: 'one', rating: 3 } } })).data.createNote;
  }, fields);
  assert.match(made.id, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.deepEqual(
    { ...made, id: '' },
    {
      id: '',
      title: 'one',
      body: null,
      rating: 3,
      tags: null,
      _version: 1,
      _deleted: null,
    },
  );
  const got = await app.run(
    async ({ api }, id, fields) => {
      const query = `query ($id: ID!) { getNote(id: $id) { ${fields} } }`;
      return (await api.graphql({ query, variables: { id } })).data.getNote;
    },
    made.id,
    fields,
  );
  assert.deepEqual(got, made);
  const changed = await app.run(
    async ({ api }, id, fields) => {
      const query = `mutation ($input: UpdateNoteInput!, $condition: ModelNoteConditionInput) {
      updateNote(input: $input, condition: $condition) { ${fields} }
    }`;
      const variables = { input: { id, body: 'text', _version: 1 }, condition: { rating: { gt: 2 } } };
      return (await api.graphql({ query, variables })).data.updateNote;
    },
    made.id,
    fields,
  );
  assert.deepEqual([changed.body, changed.rating, changed._version], ['text', 3, 2]);
  const deleted = await app.run(
    async ({ api }, id, fields) => {
      const query = `mutation ($input: DeleteNoteInput!) { deleteNote(input: $input) { ${fields} } }`;
      return (await api.graphql({ query, variables: { input: { id, _version: 2 } } })).data.deleteNote;
    },
    made.id,
    fields,
  );
  assert.deepEqual([deleted._deleted, deleted._version, deleted.title], [true, 3, 'one']);
  const listed = await app.run(async ({ api }) => {
    const query = '{ listNotes { items { title _deleted } nextToken startedAt } }';
    return (await api.graphql({ query })).data.listNotes;
  });
  assert.deepEqual(listed.items, [{ title: 'one', _deleted: true }], 'a list has the tombstones too');
});

scenario('lists are filtered and paged', { schema: 'notes' }, async ({ client }) => {
  const app = await client();
  await app.run(async ({ api }) => {
    const one = n =>
      `n${n}: createNote(input: { id: "${n}", title: "note ${n}", rating: ${n}, tags: ["t${n % 3}"] }) { id }`;
    await api.graphql({ query: `mutation { ${Array.from({ length: 30 }, (_, n) => one(n)).join(' ')} }` });
  });
  const list = filter =>
    app.run(async ({ api }, filter) => {
      const query = `query ($filter: ModelNoteFilterInput, $limit: Int, $nextToken: String) {
      listNotes(filter: $filter, limit: $limit, nextToken: $nextToken) { items { rating } nextToken }
    }`;
      const found = [];
      let nextToken = null;
      do {
        const { data } = await api.graphql({ query, variables: { filter, limit: 7, nextToken } });
        found.push(...data.listNotes.items.map(({ rating }) => rating));
        ({ nextToken } = data.listNotes);
      } while (nextToken);
      return found.sort((a, b) => a - b);
    }, filter);
  const all = Array.from({ length: 30 }, (_, n) => n);
  const cases = [
    [null, () => true],
    [{ rating: { ge: 20 } }, n => n >= 20],
    [{ rating: { between: [5, 8] } }, n => n >= 5 && n <= 8],
    [{ title: { beginsWith: 'note 1' } }, n => String(n).startsWith('1')],
    [{ title: { contains: '2' } }, n => String(n).includes('2')],
    [{ tags: { contains: 't1' } }, n => n % 3 === 1],
    [{ title: { size: { eq: 6 } } }, n => n < 10],
    [{ body: { attributeExists: false } }, () => true],
    [{ and: [{ rating: { gt: 3 } }, { not: { rating: { gt: 6 } } }] }, n => n > 3 && n <= 6],
    [{ or: [{ rating: { eq: 1 } }, { title: { eq: 'note 29' } }] }, n => n === 1 || n === 29],
    [{ rating: { ne: 4 } }, n => n !== 4],
  ];
  for (const [filter, expected] of cases) {
    assert.deepEqual(await list(filter), all.filter(expected), JSON.stringify(filter));
  }
});

scenario('an index is asked for', { schema: 'keys' }, async ({ client }) => {
  const app = await client();
  await app.run(async ({ api }) => {
    const rows = [
      ['EU', '2020-01-05'],
      ['EU', '2021-06-01'],
      ['EU', '2022-03-09'],
      ['US', '2020-02-02'],
    ];
    const one = ([region, joined], n) =>
      `c${n}: createCustomer(input: { id: "${n}", name: "c${n}", region: "${region}", joined: "${joined}" }) { id }`;
    await api.graphql({ query: `mutation { ${rows.map(one).join(' ')} }` });
  });
  const ask = args =>
    app.run(async ({ api }, args) => {
      const query = `{ customersByRegion(${args}) { items { id } nextToken } }`;
      return (await api.graphql({ query })).data.customersByRegion.items.map(({ id }) => id).join('');
    }, args);
  assert.equal(await ask('region: "EU"'), '012');
  assert.equal(await ask('region: "EU", sortDirection: DESC'), '210');
  assert.equal(await ask('region: "US"'), '3');
  assert.equal(await ask('region: "EU", joined: { gt: "2020-12-31" }'), '12');
  assert.equal(await ask('region: "EU", joined: { between: ["2020-01-01", "2021-12-31"] }'), '01');
  assert.equal(await ask('region: "EU", joined: { beginsWith: "2022" }'), '2');
  assert.equal(await ask('region: "EU", filter: { name: { eq: "c1" } }'), '1');
  assert.equal(await ask('region: "EU", limit: 1'), '0');
});

scenario('a subscription without a DataStore', { schema: 'notes' }, async ({ client }) => {
  const app = await client();
  await app.run(({ api, data }) => {
    data.seen = [];
    const query = 'subscription { onCreateNote(filter: { rating: { gt: 2 } }) { id title rating } }';
    data.subscription = api
      .graphql({ query })
      .subscribe({ next: ({ data: event }) => data.seen.push(event.onCreateNote) });
  });
  await app.until(({ net }) => net.acknowledged() === 1);
  await app.run(async ({ api }) => {
    const one = rating =>
      `n${rating}: createNote(input: { id: "${rating}", title: "t", rating: ${rating} }) { id title rating }`;
    await api.graphql({ query: `mutation { ${[1, 2, 3, 4].map(one).join(' ')} }` });
  });
  await app.until(({ data }) => data.seen.length === 2);
  assert.deepEqual(await app.run(({ data }) => data.seen), [
    { id: '3', title: 't', rating: 3 },
    { id: '4', title: 't', rating: 4 },
  ]);
  await app.run(({ data }) => data.subscription.unsubscribe());
  await app.until(({ net }) =>
    net.frames.some(({ direction, frame }) => direction === 'in' && frame.type === 'complete'),
  );
});

scenario('a document that is wrong is answered with what is wrong', { schema: 'notes' }, async ({ client }) => {
  const app = await client();
  const errors = query =>
    app.run(async ({ api }, query) => {
      try {
        await api.graphql({ query });
        return null;
      } catch ({ data, errors }) {
        return { data, messages: errors.map(({ message }) => message) };
      }
    }, query);
  const unknown = await errors('{ getNote(id: "x") { id nothing } }');
  assert.match(unknown.messages[0], /nothing/);
  const wrong = await errors('mutation { createNote(input: { title: 5 }) { id } }');
  assert.match(wrong.messages[0], /title/);
  const missing = await errors('mutation { createNote(input: { body: "b" }) { id } }');
  assert.match(missing.messages[0], /title/);
});
