'use strict';
// One `syncline dev`, as a process of its own.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { setTimeout: pause } = require('node:timers/promises');
const { request } = require('./graphql');
const { LIMIT_MS } = require('./client');

/** How often a condition is looked at, in milliseconds. */
const LOOK_MS = 50;

const API_KEY = 'da2-conformancetestsofsyncline';

/** A running server, and where its clients find it. */
class Server {
  /**
   * Starts a server in a directory of its own.
   *
   * `schema` names a file in `models/`; `tls: false` serves without TLS; `flags` are added to the command.
   */
  static async start({ schema, tls = true, flags = [] }) {
    if (!process.env.SYNCLINE_BIN) throw new Error('SYNCLINE_BIN must name the syncline binary');
    const server = new Server();
    server.home = fs.mkdtempSync(path.join(os.tmpdir(), 'conformance-amplify-js-'));
    server.tls = tls;
    server.schema = path.join(server.home, 'schema.graphql');
    fs.copyFileSync(path.join(__dirname, '..', 'models', `${schema}.graphql`), server.schema);
    server.flags = tls ? ['--tls-self-signed', ...flags] : flags;
    server.port = 0;
    try {
      await server.spawn();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** Starts the process and reads what it prints until it is ready. */
  async spawn() {
    const args = ['dev', '--schema', this.schema, '--listen', `127.0.0.1:${this.port}`, '--api-key', API_KEY];
    args.push('--data', path.join(this.home, 'data'), ...this.flags);
    this.process = spawn(process.env.SYNCLINE_BIN, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise(resolve => {
      this.process.on('exit', (code, signal) => resolve({ code, signal }));
      this.process.on('error', error => resolve({ error }));
    });
    const orphan = () => this.process.kill('SIGKILL');
    process.once('exit', orphan);
    this.ended.then(() => process.off('exit', orphan));
    this.errors = '';
    this.process.stderr.on('data', data => (this.errors += data));
    const said = await this.untilReady();
    this.endpoint = said.get('GraphQL endpoint');
    this.apiKey = said.get('API key');
    this.certificate = said.get('Certificate');
    this.port = Number(new URL(this.endpoint).port);
  }

  untilReady() {
    const said = new Map();
    this.lines = readline.createInterface({ input: this.process.stdout });
    this.lines.on('line', line => {
      const [name, value] = line.split(/: (.*)/);
      said.set(name, value);
    });
    const ready = this.says('Ready').then(() => said);
    const ended = this.ended.then(how => {
      throw new Error(`the server ended before it was ready: ${JSON.stringify(how)}\n${this.errors}`);
    });
    return Promise.race([ready, ended]);
  }

  /** Resolves when the server prints this line. */
  says(expected) {
    return new Promise(resolve => {
      const look = line => {
        if (line !== expected) return;
        this.lines.off('line', look);
        resolve();
      };
      this.lines.on('line', look);
    });
  }

  /** Changes the schema file and waits until the server serves it. */
  async reload(change) {
    const reloaded = this.says('Schema reloaded');
    fs.writeFileSync(this.schema, change(fs.readFileSync(this.schema, 'utf8')));
    await reloaded;
  }

  /** What a client needs to know. */
  get connection() {
    return { endpoint: this.endpoint, apiKey: this.apiKey, certificate: this.certificate };
  }

  /** Asks the API without Amplify: what another application writes, and what is really stored. */
  async graphql(query, variables = {}) {
    const { status, body } = await request(this.connection, { query, variables });
    if (status !== 200 || body.errors) throw new Error(`HTTP ${status}: ${JSON.stringify(body)}`);
    return body.data;
  }

  /** Asks until `condition(data)` holds, and answers with the data. */
  async until(query, condition) {
    for (const end = Date.now() + LIMIT_MS; ;) {
      const data = await this.graphql(query);
      if (condition(data)) return data;
      if (Date.now() > end) throw new Error(`waited in vain for ${condition} of ${query}: ${JSON.stringify(data)}`);
      await pause(LOOK_MS);
    }
  }

  /** Ends the process without a warning, as a power cut does. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** Asks the process to end and waits until it has. */
  async stop() {
    this.process.kill('SIGTERM');
    return this.ended;
  }

  /** The same data on the same port once more. */
  async restart() {
    await this.spawn();
  }

  /** Ends everything that is left. A panic of the server fails the scenario, whatever the clients saw. */
  async close() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    fs.rmSync(this.home, { recursive: true, force: true });
    if (/panicked at/.test(this.errors)) throw new Error(`the server panicked:\n${this.errors}`);
  }
}

module.exports = { Server };
