// The differences of two API schemas, as parsed documents: order and layout do not count, everything else does.

import { graphql } from "./transformer.js";

/// The directives that a client can tell by what happens.
const VISIBLE = new Set(["aws_subscribe"]);

/// One line for each difference: where it is, what the real schema has there and what ours has. `excluded` are names of
/// types that are not compared.
export function differences(real, ours, excluded = new Set()) {
  const [left, right] = [read(real), read(ours)];
  const found = [];
  for (const name of union(left, right)) {
    if (excluded.has(name)) continue;
    const [a, b] = [left.get(name), right.get(name)];
    if (!a || !b || a.kind !== b.kind) {
      found.push(line(name, a?.kind, b?.kind));
      continue;
    }
    if (a.directives !== b.directives) found.push(line(name, a.directives, b.directives));
    for (const member of union(a.members, b.members)) {
      const [x, y] = [a.members.get(member), b.members.get(member)];
      if (x !== y) found.push(line(`${name}.${member}`, x, y));
    }
  }
  return found;
}

function line(where, real, ours) {
  const shown = (text) => (text === undefined ? "is missing" : text === "" ? "has none" : text);
  return `${where}\n    real: ${shown(real)}\n    ours: ${shown(ours)}`;
}

function union(a, b) {
  return [...new Set([...a.keys(), ...b.keys()])].sort();
}

/// Types by name, each with its kind and its members as text. Extensions count as what they extend.
function read(sdl) {
  const types = new Map();
  for (const definition of graphql.parse(sdl).definitions) {
    // Which root types there are is told by their names on both sides.
    if (definition.kind === "SchemaDefinition") continue;
    const kind = definition.kind.replace(/Type(Definition|Extension)$/, "");
    const name = definition.kind === "DirectiveDefinition" ? `@${definition.name.value}` : definition.name.value;
    const type = types.get(name) ?? { kind, directives: "", members: new Map() };
    types.set(name, type);
    type.directives += visible(definition);
    for (const member of definition.fields ?? definition.values ?? definition.arguments ?? []) {
      const key = member.name.value;
      if (type.members.has(key)) throw new Error(`${name}.${key} is defined twice`);
      type.members.set(key, print(member));
    }
    for (const member of [...(definition.types ?? []), ...(definition.interfaces ?? [])]) {
      type.members.set(member.name.value, "is part of it");
    }
  }
  return types;
}

function print(member) {
  const given = (member.arguments ?? []).map((argument) => `${argument.name.value}${print(argument)}`);
  const type = member.type ? `: ${graphql.print(member.type)}` : "is a value";
  const value = member.defaultValue ? ` = ${graphql.print(member.defaultValue)}` : "";
  return `${given.length > 0 ? `(${given.sort().join(", ")})` : ""}${type}${value}${visible(member)}`;
}

function visible(node) {
  const directives = (node.directives ?? []).filter((directive) => VISIBLE.has(directive.name.value));
  return directives.map((directive) => ` ${graphql.print(directive)}`).sort().join("");
}
