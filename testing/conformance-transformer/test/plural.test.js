// The plurals in the names of queries are those of the npm package `pluralize`, which the transformer uses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NEW } from "../src/features.js";
import { ourSdl } from "../src/ours.js";
import { graphql, pluralize } from "../src/transformer.js";
import { words } from "../src/words.js";

const upper = (word) => word[0].toUpperCase() + word.slice(1);
const lower = (word) => word[0].toLowerCase() + word.slice(1);

/// The names that a word gives to its list and to the query of an index. The first is the plural of the word with a
/// capital, the second that of the word as it is.
const expected = (word) => [`list${pluralize(upper(word))}`, `${lower(pluralize(word))}ByA`];

/// Words in as few groups as it takes for no two of a group to want one name, not even in another case.
function groups(all) {
  const found = [];
  for (const word of all) {
    const names = [word, ...expected(word)].map((name) => name.toLowerCase());
    let group = found.find((group) => names.every((name) => !group.taken.has(name)));
    if (!group) found.push((group = { words: [], taken: new Set() }));
    group.words.push(word);
    names.forEach((name) => group.taken.add(name));
  }
  return found.map((group) => group.words);
}

/// Words that cannot be the name of a type.
const RESERVED = new Set(["query", "mutation", "subscription", "id", "string", "int", "float", "boolean"]);

const all = words().filter((word) => !RESERVED.has(word.toLowerCase()));

test("there are enough words", () => assert.ok(all.length >= 1_000, `${all.length} words`));

test(`the plurals of ${all.length} words`, () => {
  const wrong = [];
  for (const group of groups(all)) {
    const models = group.map((word) => `type ${word} @model @auth(rules: [{ allow: public }]) { a: Int @index }`);
    const query = graphql.parse(ourSdl(models.join("\n"), NEW)).definitions.find((type) => type.name.value === "Query");
    const lists = new Map();
    const indexes = new Map();
    for (const field of query.fields) {
      const name = field.name.value;
      const of = field.type.name.value.replace(/^Model|Connection$/g, "");
      if (name.startsWith("list") && !name.endsWith("ByA")) lists.set(of, name);
      if (name.endsWith("ByA")) indexes.set(of, name);
    }
    for (const word of group) {
      const [list, index] = expected(word);
      if (lists.get(upper(word)) !== list) wrong.push(`${word}: ${lists.get(upper(word))}, not ${list}`);
      if (indexes.get(word) !== index) wrong.push(`${word}: ${indexes.get(word)}, not ${index}`);
    }
  }
  assert.equal(wrong.length, 0, `${wrong.length} plurals are wrong:\n${wrong.slice(0, 100).join("\n")}`);
});
