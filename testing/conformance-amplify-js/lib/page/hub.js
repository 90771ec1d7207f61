'use strict';
// What the hub said, in order, in a form that travels as JSON.

/** Keeps the hub's events: `{ event, data }`, with models by their names. */
class HubLog {
  events = [];

  /** Listens on the DataStore's channel. */
  listen(Hub) {
    Hub.listen('datastore', ({ payload: { event, data } }) => {
      this.events.push({ event, data: JSON.parse(JSON.stringify(data ?? null, named)) });
    });
  }

  saw(event) {
    return this.events.some(seen => seen.event === event);
  }

  last(event) {
    return this.events.findLast(seen => seen.event === event)?.data;
  }

  /** The data of each `event`. */
  all(event) {
    return this.events.filter(seen => seen.event === event).map(({ data }) => data);
  }

  /** The names of the events, in order. */
  names() {
    return this.events.map(({ event }) => event);
  }

  forget() {
    this.events.length = 0;
  }
}

function named(_, value) {
  return typeof value === 'function' ? value.name : value;
}

module.exports = { HubLog };
