'use strict';
// One app with a DataStore: a process of its own, told over IPC what to do.

const { fork } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const MAIN = path.join(__dirname, 'page', 'main.js');

/** How long anything is waited for before the scenario fails, in milliseconds. */
const LIMIT_MS = Number(process.env.CONFORMANCE_LIMIT_MS ?? 60_000);

/**
 * The text of a function, or of each function in an object, as it travels to the client's process. Arrows and
 * `function`s: the text of a method is no expression.
 */
function source(value) {
  if (typeof value === 'function') return value.toString();
  return Object.fromEntries(Object.entries(value ?? {}).map(([name, f]) => [name, f.toString()]));
}

/** One client. What is given to `run` and `until` is evaluated in its process: it sees its arguments only. */
class Client {
  /**
   * `connection` as the server gives it, `schema` the name of the models. The rest is optional: `name` for messages,
   * `syncPageSize`, `maxRecordsToSync`, `fullSyncInterval` as `DataStore.configure` takes them; `conflictHandler`, a
   * function; `syncExpressions`, an object of functions by model name, each given `(predicate, data)` where `data`
   * is an object that `run` can change; `disk`, a file to keep the local database in.
   */
  static async open(options) {
    const client = new Client();
    client.options = options;
    client.name = options.name ?? 'client';
    try {
      await client.spawn();
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  async spawn() {
    const { connection } = this.options;
    const env = { ...process.env };
    if (connection.certificate) env.NODE_EXTRA_CA_CERTS = connection.certificate;
    delete env.NODE_TEST_CONTEXT;
    this.process = fork(MAIN, [], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.output = '';
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', data => (this.output += data));
    this.calls = new Map();
    this.next = 0;
    this.process.on('message', message => this.answered(message));
    this.ended = new Promise(resolve => this.process.on('exit', (code, signal) => resolve({ code, signal })));
    this.ended.then(how => this.failAll(new Error(`${this.name} ended: ${JSON.stringify(how)}\n${this.output}`)));
    const { conflictHandler, syncExpressions, ...plain } = this.options;
    await this.call('open', {
      ...plain,
      conflictHandler: conflictHandler && source(conflictHandler),
      syncExpressions: source(syncExpressions),
    });
  }

  call(command, content) {
    return new Promise((resolve, reject) => {
      const id = this.next++;
      const late = () => this.answered({ id, error: `no answer to ${command} ${JSON.stringify(content)}` });
      this.calls.set(id, { resolve, reject, timer: setTimeout(late, 2 * LIMIT_MS) });
      this.process.send({ id, command, content }, error => error && reject(error));
    });
  }

  answered({ id, value, error }) {
    const call = this.calls.get(id);
    if (!call) return;
    this.calls.delete(id);
    clearTimeout(call.timer);
    if (error) call.reject(new Error(`${this.name}: ${error}`));
    else call.resolve(value);
  }

  failAll(error) {
    for (const { reject, timer } of this.calls.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.calls.clear();
  }

  /** Runs `f(page, ...args)` in the client; its result comes back as JSON. `page` is described in `page/main.js`. */
  run(f, ...args) {
    return this.call('run', { f: source(f), args });
  }

  /** Waits until `f(page, ...args)` is truthy and answers with it. */
  until(f, ...args) {
    return this.call('until', { f: source(f), args, limit: LIMIT_MS });
  }

  /** Starts the DataStore and waits until it is ready and every subscription is confirmed. */
  async ready() {
    await this.run(({ DataStore }) => DataStore.start());
    await this.until(({ hub, net, subscriptions }) => hub.saw('ready') && net.acknowledged() >= subscriptions);
  }

  /**
   * Waits until the outbox is empty and the answers are merged. A save returns before its outbox entry is written, but
   * the entry has its place in the store's queue by then: a query made now is answered after it.
   */
  async sent() {
    await this.run(({ DataStore, models }) => DataStore.query(Object.values(models)[0], 'nobody'));
    await this.until(({ hub }) => hub.last('outboxStatus')?.isEmpty);
  }

  /** Goes off the network and on again, and waits until what was missed is fetched. */
  async reconnect() {
    await this.run(({ net }) => net.offline());
    await this.until(({ hub }) => hub.last('networkStatus')?.active === false);
    await this.run(({ net, hub }) => {
      hub.forget();
      net.online();
    });
    await this.until(({ hub }) => hub.saw('syncQueriesReady'));
  }

  /** Ends the process as closing the app does: what is on the local disk stays, if the client has one. */
  async quit() {
    await this.run(({ DataStore }) => DataStore.stop());
    await this.kill();
  }

  /** Ends the process at once. The local disk keeps what is committed. */
  async kill() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    if (this.options.disk) await this.call('keep', { disk: this.options.disk });
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** Opens the app again, with the local disk as it was left. */
  async reopen(changes = {}) {
    this.options = { ...this.options, ...changes };
    await this.spawn();
  }

  /** Ends what is left. */
  async close() {
    this.process.kill('SIGKILL');
    await this.ended;
    if (this.options.disk) fs.rmSync(this.options.disk, { force: true });
  }
}

module.exports = { Client, LIMIT_MS };
