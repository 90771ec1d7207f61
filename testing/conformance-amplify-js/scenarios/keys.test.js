'use strict';
// Keys that the application chooses, of one field and of several.

const assert = require('node:assert/strict');
const { scenario } = require('../lib/scenario');

const keys = { schema: 'keys' };

scenario('a key of one field that is not id', keys, async ({ server, client }) => {
  const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all([one.ready(), other.ready()]);
  await one.run(({ DataStore, Product }) => DataStore.save(new Product({ sku: 's-1', name: 'lamp', price: 9.5 })));
  await one.sent();
  await other.until(async ({ DataStore, Product }) => (await DataStore.query(Product, 's-1'))?.price === 9.5);
  await other.run(async ({ DataStore, Product }) => {
    const read = await DataStore.query(Product, 's-1');
    await DataStore.save(Product.copyOf(read, draft => void (draft.price = 8)));
  });
  await one.until(async ({ DataStore, Product }) => (await DataStore.query(Product, 's-1')).price === 8);
  await other.sent();
  await one.run(({ DataStore, Product }) => DataStore.delete(Product, 's-1'));
  await other.until(async ({ DataStore, Product }) => !(await DataStore.query(Product, 's-1')));
  const { getProduct } = await server.graphql('{ getProduct(sku: "s-1") { price _version _deleted } }');
  assert.deepEqual(getProduct, { price: 8, _version: 3, _deleted: true });
});

scenario('a key of three fields, and children of such a record', keys, async ({ server, client }) => {
  const [one, other] = await Promise.all([client({ name: 'one' }), client({ name: 'other' })]);
  await Promise.all([one.ready(), other.ready()]);
  await one.run(async ({ DataStore, Reading, ReadingNote }) => {
    const readings = [];
    for (const [day, count] of [
      ['2024-01-01', 9],
      ['2024-01-01', 10],
      ['2024-01-02', 1],
    ]) {
      readings.push(await DataStore.save(new Reading({ device: 'd', day, count, value: count / 2 })));
    }
    await DataStore.save(new ReadingNote({ text: 'about the second', reading: readings[1] }));
  });
  await one.sent();
  await other.until(async ({ DataStore, ReadingNote }) => (await DataStore.query(ReadingNote)).length === 1);
  const key = { device: 'd', day: '2024-01-01', count: 10 };
  const seen = await other.run(async ({ DataStore, Reading, ReadingNote }, key) => {
    const reading = await DataStore.query(Reading, key);
    const [note] = await DataStore.query(ReadingNote);
    return [reading.value, (await reading.notes.toArray()).map(({ text }) => text), (await note.reading).count];
  }, key);
  assert.deepEqual(seen, [5, ['about the second'], 10]);

  await other.run(async ({ DataStore, Reading }, key) => {
    const read = await DataStore.query(Reading, key);
    await DataStore.save(Reading.copyOf(read, draft => void (draft.value = 77)));
  }, key);
  await one.until(async ({ DataStore, Reading }, key) => (await DataStore.query(Reading, key)).value === 77, key);
  const [input] = await other.run(({ net }) => net.inputs('updateReading'));
  assert.deepEqual(input, { ...key, value: 77, _version: 1 });
  const { getReading, listReadings } = await server.graphql(`{
    getReading(device: "d", day: "2024-01-01", count: 10) { value notes { items { text } } }
    listReadings(device: "d", dayCount: { beginsWith: { day: "2024-01-01" } }) { items { count } }
  }`);
  assert.deepEqual(getReading, { value: 77, notes: { items: [{ text: 'about the second' }] } });
  assert.deepEqual(
    listReadings.items.map(({ count }) => count).sort((a, b) => a - b),
    [9, 10],
  );

  await one.sent();
  await one.run(async ({ DataStore, Reading }) =>
    DataStore.delete(Reading, { device: 'd', day: '2024-01-02', count: 1 }),
  );
  await other.until(async ({ DataStore, Reading }) => (await DataStore.query(Reading)).length === 2);
});
