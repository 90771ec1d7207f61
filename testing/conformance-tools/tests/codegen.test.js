// graphql-codegen, pointed at the endpoint as its documentation says.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { generate } from '@graphql-codegen/cli';
import typescript from 'typescript';
import { SCHEMAS, served } from '../lib/server.js';

const DOCUMENTS = `
  query Read($id: ID!) {
    getPost(id: $id) { id title rating author { name desk { building } } comments(limit: 5) { items { content } nextToken } _version }
  }
  query Sync($lastSync: AWSTimestamp, $filter: ModelEverythingFilterInput) {
    syncEverythings(lastSync: $lastSync, filter: $filter) { items { id json stamp profile { home { latitude } } _deleted } startedAt }
  }
  query Rated($rating: Int!, $title: ModelStringKeyConditionInput) {
    postsByRating(rating: $rating, title: $title, sortDirection: DESC) { items { status } }
  }
  mutation Write($input: CreateEverythingInput!) { createEverything(input: $input) { id texts statuses } }
  subscription Hear($filter: ModelSubscriptionPostFilterInput) { onCreatePost(filter: $filter) { id labels { items { id } } } }
`;

/** The faults that the TypeScript compiler finds in a text. */
function faults(text) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-tools-'));
  try {
    const file = join(folder, 'generated.ts');
    writeFileSync(file, text);
    const options = { strict: true, noEmit: true, types: [], skipLibCheck: true };
    const program = typescript.createProgram([file], options);
    return typescript.getPreEmitDiagnostics(program).map(({ messageText }) => String(messageText));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('types and operations are generated from the endpoint', async () => {
  await served(join(SCHEMAS, 'everything.graphql'), async ({ url, headers }) => {
    const generated = await generate(
      {
        schema: [{ [url]: { headers } }],
        documents: DOCUMENTS,
        generates: { 'types.ts': { plugins: ['typescript', 'typescript-operations'] } },
        silent: true,
      },
      false,
    );
    const [{ content }] = generated;
    for (const wanted of ['export type CreateEverythingInput', 'export type SyncQuery =', 'export type HearSubscription =']) {
      assert.ok(content.includes(wanted), wanted);
    }
    assert.deepEqual(faults(content), []);
  });
});

test('without the key nothing is generated', async () => {
  await served(join(SCHEMAS, 'everything.graphql'), async ({ url }) => {
    const generates = { 'types.ts': { plugins: ['typescript'] } };
    await assert.rejects(generate({ schema: url, generates, silent: true }, false), /not authorized|401|Failed to load/i);
  });
});
