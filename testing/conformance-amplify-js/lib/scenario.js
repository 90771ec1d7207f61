'use strict';
// A scenario: a server of its own, as many clients as it wants, and nothing left afterwards.

const path = require('node:path');
const { test } = require('node:test');
const { Client } = require('./client');
const { Server } = require('./server');

/**
 * Declares a scenario. `given`, or what it returns if it is a function, goes to `Server.start`; `body` gets
 * `{ server, client, disk }`: `client(options)` opens a client that knows the server, `disk()` names a file for a
 * client's local database.
 */
function scenario(name, given, body) {
  test(name, async () => {
    const options = typeof given === 'function' ? await given() : given;
    const server = await Server.start(options);
    const clients = [];
    const client = async (more = {}) => {
      const opened = await Client.open({
        connection: server.connection,
        schema: options.schema,
        name: `client ${clients.length + 1}`,
        ...more,
      });
      clients.push(opened);
      return opened;
    };
    const disk = () => path.join(server.home, `disk-${clients.length + 1}`);
    try {
      await body({ server, client, disk });
    } finally {
      await Promise.all(clients.map(opened => opened.close()));
      await server.close();
    }
  });
}

module.exports = { scenario };
