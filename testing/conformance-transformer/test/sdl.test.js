// The API that syncline generates is the one that the Amplify transformer generates, for each schema in `schemas`: types,
// fields, arguments, nullability, default values, and the directive that a client can tell.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { differences } from "../src/compare.js";
import { NEW, OLD, matters } from "../src/features.js";
import { ourSdl } from "../src/ours.js";
import { realSdl } from "../src/transformer.js";

/// Types that have nothing to do with a model.
const EXCLUDED = new Set([
  // Every API has it since Amplify knows AI conversations; only a `@conversation`, which DataStore does not know, uses it.
  "AmplifyAIConversationTurnErrorInput",
]);

const directory = new URL("../schemas/", import.meta.url);
const names = readdirSync(directory).filter((name) => name.endsWith(".graphql"));

test("there are schemas of enough topics", () => assert.ok(names.length >= 40, `${names.length} schemas`));

for (const name of names) {
  const schema = readFileSync(new URL(name, directory), "utf8");
  for (const [project, features] of Object.entries({ new: NEW, old: OLD })) {
    if (features === OLD && !matters(schema)) continue;
    test(`${name}, ${project} project`, () => {
      const found = differences(realSdl(schema, features), ourSdl(schema, features), EXCLUDED);
      assert.equal(found.length, 0, `${found.length} differences in ${name}:\n${found.join("\n")}`);
    });
  }
}
