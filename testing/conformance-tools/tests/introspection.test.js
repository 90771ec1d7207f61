// What the server tells about itself is what `syncline api gql-compile` prints for people.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildClientSchema, findBreakingChanges, getIntrospectionQuery, validateSchema } from 'graphql';
import { SCALARS } from '../lib/prelude.js';
import { build, definitions } from '../lib/sdl.js';
import { SCHEMAS, ask, compiled, served } from '../lib/server.js';

/** Every option that graphql-js has, but for `oneOf`, which neither AppSync nor an API of its kind has. */
const QUERY = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
});

/**
 * What is served beyond what is printed: the foreign key that a has-many brings along can be filtered by in subscriptions.
 * The names in these schemas are such that there is nothing else.
 */
const MORE = { definition: /^input ModelSubscription\w+FilterInput$/, line: /^ {2}\w+: ModelSubscription\w+Input$/ };

for (const file of readdirSync(SCHEMAS).filter(name => name.endsWith('.graphql'))) {
  test(`${file}: the schema that is told is the one that is printed`, async () => {
    const path = join(SCHEMAS, file);
    await served(path, async server => {
      const told = buildClientSchema(await ask(server, QUERY));
      assert.deepEqual(validateSchema(told), []);
      const printed = build(compiled(path));
      assert.deepEqual(findBreakingChanges(printed, told).filter(change => !unused(change)), []);
      const known = definitions(printed);
      for (const [name, text] of definitions(told)) {
        assert.ok(known.has(name), `${name} is told and not printed`);
        const lines = new Set(known.get(name).split('\n'));
        const more = text.split('\n').filter(line => !lines.has(line));
        const fine = MORE.definition.test(name) && more.every(line => MORE.line.test(line));
        assert.ok(fine || more.length === 0, `${name}: ${more.join('\n')}`);
      }
    });
  });
}

/** A scalar that nothing uses need not be told, nor a directive that only this version of graphql-js has. */
function unused({ type, description }) {
  const scalar = type === 'TYPE_REMOVED' && SCALARS.some(name => description.startsWith(`${name} `));
  return scalar || type.startsWith('DIRECTIVE_');
}

test('every way to ask for a part of the schema is answered', async () => {
  await served(join(SCHEMAS, 'everything.graphql'), async server => {
    const data = await ask(
      server,
      `query Look($name: String!, $deprecated: Boolean!) {
        here: __type(name: $name) { ...Named }
        nobody: __type(name: "Nobody") { name }
        __schema { queryType { name } mutationType { name } subscriptionType { name } directives { name isRepeatable } }
        __typename
        listPosts(limit: 1) { __typename items { id } }
      }
      fragment Named on __Type {
        __typename kind name fields(includeDeprecated: $deprecated) { name type { kind name ofType { name } } }
        possibleTypes { name } interfaces { name } enumValues { name } inputFields { name }
      }`,
      { name: 'Status', deprecated: true },
    );
    assert.equal(data.here.kind, 'ENUM');
    assert.deepEqual(data.here.enumValues.map(value => value.name), ['DRAFT', 'PUBLISHED', 'WITHDRAWN']);
    assert.equal(data.nobody, null);
    assert.equal(data.__schema.subscriptionType.name, 'Subscription');
    assert.ok(data.__schema.directives.some(directive => directive.name === 'include'));
    assert.deepEqual(data.listPosts, { __typename: 'ModelPostConnection', items: [] });
  });
});
