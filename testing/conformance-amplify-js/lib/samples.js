'use strict';
// A value for every input of an API, made from its introspection.

const { isEnumType, isInputObjectType, isListType, isNonNullType } = require('graphql');

const SCALARS = {
  ID: 'x',
  String: 'x',
  Int: 1,
  Float: 1.5,
  Boolean: true,
  AWSDate: '2024-01-01',
  AWSTime: '12:00:00.000',
  AWSDateTime: '2024-01-01T12:00:00.000Z',
  AWSTimestamp: 1700000000,
  AWSEmail: 'someone@example.com',
  AWSJSON: '{"a":1}',
  AWSURL: 'https://example.com',
  AWSPhone: '+4930123456',
  AWSIPAddress: '127.0.0.1',
};

/** A value of `type` with every field set. Two of them are equal, so that keys made here refer to each other. */
function sample(type) {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return [sample(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0].name;
  if (!isInputObjectType(type)) return SCALARS[type.name];
  const fields = Object.values(type.getFields()).filter(({ name }) => name !== '_version');
  return Object.fromEntries(fields.map(field => [field.name, sample(field.type)]));
}

/** Values for the arguments of a root field that must have one, and for `input`. */
function variables(field, version) {
  const needed = field.args.filter(({ name, type }) => isNonNullType(type) || name === 'input');
  const values = Object.fromEntries(needed.map(({ name, type }) => [name, sample(type)]));
  if (version !== undefined) values.input._version = version;
  return values;
}

module.exports = { variables };
