'use strict';
// The process of one client: a page with Amplify, and a loop that does what the scenario says.
//
// What a scenario's functions get as `page`:
//   DataStore, Predicates, SortDirection, DISCARD, Hub, Amplify   as Amplify exports them
//   api             `generateClient()` of `aws-amplify/api`
//   models, enums   what `initSchema` made; each model is also there by its name
//   net, hub        what went over the wire, and what the hub said
//   data            an object for whatever should last from one call to the next
//   errors          what the DataStore's error handler was told
//   subscriptions   how many subscriptions the models need

const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { pretend } = require('./browser');
const { keep, restore } = require('./disk');
const { HubLog } = require('./hub');
const { Network } = require('./network');

const MODELS = path.join(__dirname, '..', '..', 'models', 'generated');

/** How often a condition is looked at. */
const LOOK_MS = 20;

/** A function from its text. */
const compiled = text => (0, eval)(`(${text})`);

let page;

async function open(options) {
  const { connection, schema, disk } = options;
  const net = new Network({ plain: connection.endpoint.startsWith('http:') });
  await pretend();
  net.install();
  if (disk) await restore(disk);
  // CommonJS on purpose: imported as modules, the DataStore and Amplify would have two copies of the configuration.
  const { Amplify } = require('aws-amplify');
  const { Hub } = require('aws-amplify/utils');
  const { generateClient } = require('aws-amplify/api');
  const store = require('aws-amplify/datastore');
  const hub = new HubLog();
  hub.listen(Hub);
  Amplify.configure({
    aws_project_region: 'us-east-1',
    aws_appsync_graphqlEndpoint: connection.endpoint,
    aws_appsync_region: 'us-east-1',
    aws_appsync_authenticationType: 'API_KEY',
    aws_appsync_apiKey: connection.apiKey,
  });
  const described = JSON.parse(fs.readFileSync(path.join(MODELS, `${schema}.json`), 'utf8'));
  const classes = store.initSchema(described);
  const models = Object.fromEntries(Object.keys(described.models).map(name => [name, classes[name]]));
  const { DataStore, Predicates, SortDirection, DISCARD } = store;
  const subscriptions = 3 * Object.keys(models).length;
  page = { DataStore, Predicates, SortDirection, DISCARD, Hub, Amplify, models, ...models, net, hub, subscriptions };
  Object.assign(page, { api: generateClient(), enums: described.enums, data: options.data ?? {}, errors: [] });
  configure(options, store);
}

function configure({ syncPageSize, maxRecordsToSync, fullSyncInterval, conflictHandler, syncExpressions }, store) {
  const expressions = Object.entries(syncExpressions).map(([name, text]) => {
    const expression = compiled(text);
    return store.syncExpression(page.models[name], () => predicate => expression(predicate, page.data, page));
  });
  const handler = conflictHandler && compiled(conflictHandler);
  page.DataStore.configure({
    ...(syncPageSize && { syncPageSize }),
    ...(maxRecordsToSync && { maxRecordsToSync }),
    ...(fullSyncInterval && { fullSyncInterval }),
    ...(handler && { conflictHandler: conflict => handler(conflict, page) }),
    ...(expressions.length > 0 && { syncExpressions: expressions }),
    errorHandler: ({ message, operation, errorType, errorInfo, process: where, remoteModel, localModel }) =>
      page.errors.push({ message, operation, errorType, errorInfo, process: where, remoteModel, localModel }),
  });
}

async function run({ f, args }) {
  return compiled(f)(page, ...args);
}

async function until({ f, args, limit }) {
  const condition = compiled(f);
  for (const end = Date.now() + limit; ;) {
    const value = await condition(page, ...args);
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${f} with ${JSON.stringify(args)}\n${story()}`);
    await pause(LOOK_MS);
  }
}

/** How many entries of each kind a failure shows, and how much of each. */
const SHOWN = 8;
const WIDTH = 400;

/** What happened last, for whoever has to find out why something did not. */
function story() {
  const { net, hub, errors } = page;
  const cut = text => (text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text);
  const tail = (name, list) =>
    `${name}:\n${list
      .slice(-SHOWN)
      .map(item => `  ${cut(JSON.stringify(item))}`)
      .join('\n')}`;
  return [
    tail('hub', hub.events),
    tail(
      'requests',
      net.requests.map(({ body, status, error, answer }) => ({ status, error, answer, ...body.variables })),
    ),
    tail('sockets', net.sockets),
    tail('frames', net.frames),
    tail('errors', errors),
  ].join('\n');
}

const commands = { open, run, until, keep: ({ disk }) => keep(disk) };

process.on('message', async ({ id, command, content }) => {
  try {
    const value = await commands[command](content);
    process.send({ id, value: value === undefined ? null : JSON.parse(JSON.stringify(value) ?? 'null') });
  } catch (error) {
    process.send({ id, error: describe(error) });
  }
});

/** Amplify throws errors, results with errors, and anything else. */
function describe(error) {
  return error instanceof Error ? error.stack : `thrown: ${JSON.stringify(error)}`;
}

process.on('disconnect', () => process.exit());
// As in a browser: a promise that nobody waits for is reported and nothing ends.
process.on('unhandledRejection', error => console.error('unhandled rejection:', describe(error)));
