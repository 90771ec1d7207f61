// What `amplify codegen` runs, on what `syncline api gql-compile` prints and on what the server tells.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import generator from '@aws-amplify/graphql-generator';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { complete } from '../../conformance-tools/lib/prelude.js';
import { SCHEMAS, ask, compiled, served } from '../../conformance-tools/lib/server.js';

const FILES = readdirSync(SCHEMAS).filter(name => name.endsWith('.graphql'));
const TYPES = ['json', 'swift', 'typescript', 'flow', 'angular'];
const MODELS = ['java', 'swift', 'javascript', 'typescript', 'dart', 'introspection'];

for (const file of FILES) {
  const path = join(SCHEMAS, file);

  test(`${file}: statements and types`, async () => {
    const sdl = compiled(path);
    const schema = buildSchema(complete(sdl));
    const statements = generator.generateStatements({ schema: sdl, target: 'graphql', maxDepth: 3, typenameIntrospection: true });
    assert.ok(Object.keys(statements).length >= 3, Object.keys(statements).join());
    const documents = Object.values(statements).join('\n');
    // Each statement is good by the rules of graphql-js, too.
    assert.deepEqual(validate(schema, parse(documents)), []);
    for (const target of TYPES) {
      const types = await generator.generateTypes({ schema: sdl, target, queries: documents, introspection: false });
      assert.ok(Object.values(types).every(text => text.length > 100), target);
    }
  });

  test(`${file}: models`, async () => {
    const schema = readFileSync(path, 'utf8');
    for (const target of MODELS) {
      const models = await generator.generateModels({ schema, target, isDataStoreEnabled: true });
      assert.ok(Object.keys(models).length > 0, target);
    }
  });
}

test('types are generated from what the server tells, as from a downloaded schema.json', async () => {
  await served(join(SCHEMAS, 'everything.graphql'), async server => {
    const told = JSON.stringify({ data: await ask(server, getIntrospectionQuery()) });
    const queries = 'query Read($id: ID!) { getEverything(id: $id) { id profile { home { name } } } }';
    const types = await generator.generateTypes({ schema: told, target: 'typescript', queries, introspection: true });
    assert.match(Object.values(types).join('\n'), /export type ReadQuery = /);
  });
});

test('every statement that is generated is answered by the server', async () => {
  await served(join(SCHEMAS, 'everything.graphql'), async server => {
    const sdl = compiled(join(SCHEMAS, 'everything.graphql'));
    const statements = generator.generateStatements({ schema: sdl, target: 'graphql', maxDepth: 2, typenameIntrospection: true });
    let asked = 0;
    for (const definition of parse(statements['queries.graphql']).definitions) {
      // Those without a required variable can be asked as they are.
      if (definition.variableDefinitions.some(one => one.type.kind === 'NonNullType')) continue;
      await ask(server, definition.loc.source.body.slice(definition.loc.start, definition.loc.end));
      asked += 1;
    }
    assert.ok(asked >= 14, String(asked));
  });
});
