// The comparison finds what it is there to find: a schema that differs in one place is told, and where.

import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "../src/compare.js";
import { NEW } from "../src/features.js";
import { realSdl } from "../src/transformer.js";

const SCHEMA = `
enum Kind { A B }
type Post @model @auth(rules: [{ allow: public }]) {
  title: String!
  kind: Kind @index(name: "byKind", sortKeyFields: ["title"])
  comments: [Comment] @hasMany
}
type Comment @model @auth(rules: [{ allow: public }]) { text: String }
`;
const real = realSdl(SCHEMA, NEW);

/// A change of one place, and what is told of it.
const MUTATIONS = [
  ["title: String!\n", "title: String\n", "Post.title"],
  ["title: String!\n", "", "Post.title"],
  ["getPost(id: ID!)", "getPost(id: ID)", "Query.getPost"],
  ["getPost(id: ID!)", "getPost(id: ID!, more: Int)", "Query.getPost"],
  ["getPost(id: ID!)", "getPost(id: ID! = 1)", "Query.getPost"],
  ["syncPosts(", "syncPostss(", "Query.syncPosts"],
  ["createPost(input: CreatePostInput!", "createPost(input: CreatePostInput", "Mutation.createPost"],
  ["mutations: [\"createPost\"]", "mutations: [\"updatePost\"]", "Subscription.onCreatePost"],
  [" @aws_subscribe(mutations: [\"createPost\"])", "", "Subscription.onCreatePost"],
  ["enum Kind {\n  A\n", "enum Kind {\n", "Kind.A"],
  ["enum Kind {\n", "enum Kind {\n  C\n", "Kind.C"],
  ["type ModelPostConnection {", "type ModelPostConnections {", "ModelPostConnection"],
  ["input ModelPostFilterInput {", "type ModelPostFilterInput {", "ModelPostFilterInput"],
  ["items: [Post]!", "items: [Post!]!", "ModelPostConnection.items"],
  ["type Comment {", "type Extra {\n  a: Int\n}\n\ntype Comment {", "Extra"],
  ["ModelStringKeyConditionInput {\n", "ModelStringKeyConditionInput {\n  ne: String\n", "ModelStringKeyConditionInput.ne"],
];

test("a schema equals itself", () => assert.deepEqual(differences(real, real), []));

test("order does not count", () => {
  const blocks = real.split("\n\n");
  assert.deepEqual(differences(real, blocks.reverse().join("\n\n")), []);
});

for (const [from, to, where] of MUTATIONS) {
  test(`${JSON.stringify(from)} as ${JSON.stringify(to)} is told`, () => {
    assert.ok(real.includes(from), "the place is there");
    const mutated = real.replace(from, to);
    for (const [a, b] of [[real, mutated], [mutated, real]]) {
      const told = differences(a, b).map((line) => line.split("\n")[0]);
      assert.ok(told.includes(where), `${where} is not among ${told}`);
    }
  });
}

test("an excluded type is not told", () => {
  const mutated = real.replace("items: [Post]!", "items: [Post]");
  assert.deepEqual(differences(real, mutated, new Set(["ModelPostConnection"])), []);
});
