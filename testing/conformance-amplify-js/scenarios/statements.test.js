'use strict';
// The documents that `amplify codegen` writes for an API, each sent as an app sends it.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { generateStatements } = require('@aws-amplify/graphql-generator');
const { buildClientSchema, getIntrospectionQuery, parse, print } = require('graphql');
const { variables } = require('../lib/samples');
const { scenario } = require('../lib/scenario');

/** How deep the generated selections go. */
const DEPTH = 4;

/** The generator's documents: `{ kind, field, query }`, in the order of the schema. */
function statements(server) {
  const sdl = execFileSync(process.env.SYNCLINE_BIN, ['api', 'gql-compile', '--schema', server.schema]).toString();
  const files = generateStatements({ schema: sdl, target: 'graphql', maxDepth: DEPTH, typenameIntrospection: true });
  return Object.values(files)
    .flatMap(text => parse(text).definitions)
    .map(definition => ({
      kind: definition.operation,
      field: definition.selectionSet.selections[0].name.value,
      query: print(definition),
    }));
}

/** Sends a document; answers with its root field, or fails with its errors. */
const ask = (app, { field, query }, variables) =>
  app.run(
    async ({ api }, field, query, variables) => {
      const { data } = await api.graphql({ query, variables });
      return data[field];
    },
    field,
    query,
    variables,
  );

for (const schema of ['blog', 'relations', 'keys', 'types', 'names']) {
  scenario(`every generated document of ${schema}`, { schema }, async ({ server, client }) => {
    const app = await client();
    const api = buildClientSchema(await server.graphql(getIntrospectionQuery()));
    const all = statements(server);
    const mutations = { create: [], update: [], delete: [] };
    for (const statement of all.filter(({ kind }) => kind === 'mutation')) {
      mutations[statement.field.match(/^(create|update|delete)/)[0]].push(statement);
    }
    const mutate = async (statement, version) => {
      const made = await ask(app, statement, variables(api.getMutationType().getFields()[statement.field], version));
      assert.equal(made._version, (version ?? 0) + 1, statement.field);
      return made;
    };
    for (const statement of mutations.create) await mutate(statement);

    for (const statement of all.filter(({ kind }) => kind === 'query')) {
      const found = await ask(app, statement, variables(api.getQueryType().getFields()[statement.field]));
      assert.ok(
        found.items ? found.items.length === 1 : found.__typename,
        `${statement.field}: ${JSON.stringify(found)}`,
      );
    }

    const subscriptions = all.filter(({ kind }) => kind === 'subscription');
    await app.run(({ api, data }, subscriptions) => {
      data.events = {};
      for (const { field, query } of subscriptions) {
        api.graphql({ query }).subscribe({ next: ({ data: event }) => (data.events[field] ??= []).push(event[field]) });
      }
    }, subscriptions);
    await app.until(({ net }, count) => net.acknowledged() === count, subscriptions.length);
    const changed = [];
    for (const statement of mutations.update) changed.push(await mutate(statement, 1));
    for (const statement of mutations.delete) await mutate(statement, 2);
    const count = mutations.update.length;
    await app.until(({ data }, count) => {
      const seen = name => Object.entries(data.events).filter(([field]) => field.startsWith(name)).length;
      return seen('onUpdate') === count && seen('onDelete') === count;
    }, count);
    const events = await app.run(({ data }) => data.events);
    for (const [field, [event, ...more]] of Object.entries(events)) {
      assert.equal(more.length, 0, field);
      assert.equal(event._deleted, field.startsWith('onDelete') ? true : null, field);
    }
    for (const answer of changed) {
      const event = Object.values(events)
        .flat()
        .find(({ __typename, _version }) => __typename === answer.__typename && _version === 2);
      assert.deepEqual(Object.keys(event).sort(), Object.keys(answer).sort());
    }
  });
}
