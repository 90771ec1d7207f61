// Schemas as text that can be compared.

import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { complete } from './prelude.js';

/** The schema that an SDL of AppSync stands for. */
export function build(sdl) {
  return buildSchema(complete(sdl));
}

/**
 * The definitions of a schema by what they begin with (`type Post`), without descriptions and directives; fields and
 * arguments are in the order of their names.
 */
export function definitions(schema) {
  const text = printSchema(lexicographicSortSchema(schema)).replace(/^\s*"""[\s\S]*?"""\n/gm, '');
  const blocks = text.split(/\n\n+/).map(block => block.trim());
  return new Map(blocks.filter(block => !block.startsWith('directive ')).map(block => [block.split(/ [{=@]/)[0], block]));
}
