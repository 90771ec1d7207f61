'use strict';
// Names whose spelling differs between the schema, the API and the client.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');

/** Creates, changes and deletes a record of `model` in one app and sees it live in another. */
async function lives({ client }, model) {
  const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all([one.ready(), other.ready()]);
  const id = await one.run(
    async ({ DataStore, models }, model) => (await DataStore.save(new models[model]({ name: 'first' }))).id,
    model,
  );
  const named = async ({ DataStore, models }, model, id, name) =>
    (await DataStore.query(models[model], id))?.name === name;
  await other.until(named, model, id, 'first');
  await one.sent();
  await one.run(
    async ({ DataStore, models }, model, id) => {
      const read = await DataStore.query(models[model], id);
      await DataStore.save(models[model].copyOf(read, draft => void (draft.name = 'second')));
    },
    model,
    id,
  );
  await other.until(named, model, id, 'second');
  await one.sent();
  await one.run(({ DataStore, models }, model, id) => DataStore.delete(models[model], id), model, id);
  await other.until(async ({ DataStore, models }, model, id) => !(await DataStore.query(models[model], id)), model, id);
  for (const app of [one, other]) assert.deepEqual(await app.run(({ errors }) => errors), []);
}

scenario('a model in lower case', { schema: 'names' }, page => lives(page, 'todo'));
scenario('a model with a long name, whose subscriptions AppSync shortens', { schema: 'names' }, page =>
  lives(page, 'AVeryLongModelNameThatGoesBeyondTheFiftyLetters'),
);
scenario('a model with an irregular plural', { schema: 'names' }, page => lives(page, 'Person'));

scenario('expressions of such models', { schema: 'names' }, async ({ server, client }) => {
  const app = await client({
    syncExpressions: {
      todo: todo => todo.name.beginsWith('a'),
      AVeryLongModelNameThatGoesBeyondTheFiftyLetters: it => it.name.beginsWith('a'),
      Person: person => person.name.beginsWith('a'),
    },
  });
  await app.ready();
  await server.graphql(`mutation {
    a: createTodo(input: { id: "1", name: "a" }) { id }
    b: createTodo(input: { id: "2", name: "b" }) { id }
    c: createAVeryLongModelNameThatGoesBeyondTheFiftyLetters(input: { id: "1", name: "b" }) { id }
    d: createAVeryLongModelNameThatGoesBeyondTheFiftyLetters(input: { id: "2", name: "a" }) { id }
    e: createPerson(input: { id: "1", name: "ann" }) { id }
  }`);
  await app.until(async ({ DataStore, models }) => {
    for (const model of Object.values(models)) if ((await DataStore.query(model)).length !== 1) return false;
    return true;
  });
});
