'use strict';
// The page's network: `fetch` and `WebSocket`, recorded, and with a switch.

const NodeSocket = require('ws');

/** Everything that went over the wire, in order, and the switch. */
class Network {
  /** `{ url, body, status, answer, error }` for each request, in the order in which they were made. */
  requests = [];
  /** `{ socket, direction: 'out' | 'in', frame }` for each frame; `socket` counts the connections. */
  frames = [];
  /** `{ url, protocols, opened, closed }` for each socket. */
  sockets = [];
  #online = true;
  #open = new Set();
  #held = null;
  #lost = new Set();

  /** `plain` has the sockets of v6, which are always `wss:`, connect without TLS. */
  constructor({ plain }) {
    this.plain = plain;
  }

  /** Puts itself in place of the page's `fetch` and `WebSocket`. */
  install() {
    const send = globalThis.fetch;
    globalThis.fetch = (url, options) => this.fetch(send, url, options);
    const network = this;
    globalThis.WebSocket = class extends NodeSocket {
      constructor(url, protocols) {
        if (!network.#online) url = 'ws://127.0.0.1:1';
        super(network.plain ? url.replace(/^wss:/, 'ws:') : url, protocols);
        network.watch(this, url, protocols);
      }
      send(data, ...rest) {
        network.frames.push({ socket: this.number, direction: 'out', frame: JSON.parse(data) });
        super.send(data, ...rest);
      }
    };
  }

  async fetch(send, url, options) {
    const record = { url: String(url), body: JSON.parse(options.body), headers: { ...options.headers } };
    this.requests.push(record);
    try {
      if (!this.#online) throw new TypeError('Failed to fetch');
      if (this.#held?.condition(record)) await this.#held.released;
      const response = await send(url, options);
      for (const field of this.#lost) {
        if (!this.#names(record, field)) continue;
        this.#lost.delete(field);
        throw new TypeError('Failed to fetch');
      }
      // A machine that has gone offline meanwhile never sees the answer.
      if (!this.#online) throw new TypeError('Failed to fetch');
      record.status = response.status;
      const text = await response.clone().text();
      record.answer = text && JSON.parse(text);
      return response;
    } catch (error) {
      record.error = String(error);
      throw error;
    }
  }

  watch(socket, url, protocols) {
    socket.number = this.sockets.length;
    const record = { url, protocols, opened: false, closed: null };
    this.sockets.push(record);
    this.#open.add(socket);
    socket.on('open', () => (record.opened = true));
    socket.on('error', error => (record.error = String(error)));
    socket.on('message', data => {
      this.frames.push({ socket: socket.number, direction: 'in', frame: JSON.parse(data) });
    });
    socket.on('close', (code, reason) => {
      record.closed = { code, reason: String(reason) };
      this.#open.delete(socket);
    });
  }

  /** Pulls the plug: nothing gets out or in, open sockets die, and the page hears of it. */
  offline() {
    this.#online = false;
    navigator.onLine = false;
    for (const socket of this.#open) socket.terminate();
    dispatchEvent(new Event('offline'));
  }

  /** Plugs in again. */
  online() {
    this.#online = true;
    navigator.onLine = true;
    dispatchEvent(new Event('online'));
  }

  /** Forgets what went over the wire so far. */
  forget() {
    this.requests.length = 0;
    this.frames.length = 0;
  }

  /** Holds requests for which `condition(request)` is true; what this returns lets them go. */
  hold(condition) {
    let release;
    this.#held = { condition, released: new Promise(resolve => (release = resolve)) };
    return () => {
      this.#held = null;
      release();
    };
  }

  /** Loses the answer to the next request for `field`: the server has done it and the page never hears. */
  lose(field) {
    this.#lost.add(field);
  }

  #names({ body }, field) {
    return new RegExp(`\\b${field}\\b`).test(body.query);
  }

  /** The requests whose document names `field` at its root. */
  asked(field) {
    return this.requests.filter(record => this.#names(record, field));
  }

  /** The inputs of the mutations `field` that were sent. */
  inputs(field) {
    return this.asked(field).map(({ body }) => body.variables.input);
  }

  /** How many subscriptions the newest socket has confirmed. */
  acknowledged() {
    const newest = this.sockets.length - 1;
    return this.frames.filter(({ socket, frame }) => socket === newest && frame.type === 'start_ack').length;
  }

  /** The records that arrived as events of the subscription `field`. */
  events(field) {
    return this.frames
      .filter(({ direction, frame }) => direction === 'in' && frame.type === 'data')
      .map(({ frame }) => frame.payload.data?.[field])
      .filter(Boolean);
  }
}

module.exports = { Network };
