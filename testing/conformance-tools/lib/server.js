// One `syncline dev`, and the other commands of the binary.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The schemas of several judges. */
export const SCHEMAS = new URL('../../schemas/', import.meta.url).pathname;

function binary() {
  const path = process.env.SYNCLINE_BIN;
  if (!path) throw new Error('SYNCLINE_BIN must name the command; `cargo xtask judge tools` sets it');
  return path;
}

/** What `syncline api gql-compile` prints for a schema. */
export function compiled(schema) {
  return execFileSync(binary(), ['api', 'gql-compile', '--schema', schema], { encoding: 'utf8' });
}

/** Calls `use` with a server for a schema, and ends it. */
export async function served(schema, use) {
  const home = mkdtempSync(join(tmpdir(), 'conformance-tools-'));
  const args = ['dev', '--schema', schema, '--listen', '127.0.0.1:0', '--data', home];
  const server = spawn(binary(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise(resolve => server.on('exit', (code, signal) => resolve(code ?? signal)));
  let log = '';
  server.stderr.on('data', data => (log += data));
  try {
    const said = new Map();
    for await (const line of createInterface({ input: server.stdout })) {
      const [name, value] = line.split(': ');
      said.set(name, value);
      if (name === 'Ready') break;
    }
    if (!said.has('Ready')) throw new Error(`the server did not start: ${log}`);
    await use({ url: said.get('GraphQL endpoint'), headers: { 'x-api-key': said.get('API key') } });
  } finally {
    server.kill('SIGTERM');
    const code = await ended;
    rmSync(home, { recursive: true });
    if (code !== 0 || log.includes('panicked')) throw new Error(`the server ended with ${code}: ${log}`);
  }
}

/** The data of a query. */
export async function ask({ url, headers }, query, variables = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${response.status}: ${JSON.stringify(errors)}`);
  return data;
}
