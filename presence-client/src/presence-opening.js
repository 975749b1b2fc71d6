// A connection for as long as an application shows something of it. No part of the API.
import { connect, PresenceError } from './presence-client.js';
import { ConnectionSource } from './presence-snapshots.js';

const nothing = () => {};

/** What there is before anything is opened, as on a server. */
export const NOT_OPENED = Object.freeze({
  connection: null, failure: null, subscribe: () => nothing, get: () => ConnectionSource.none, close: nothing,
});

/**
 * Opens a connection, or takes the given one, which stays open. What throws is a status of its own, with the error as
 * `failure`: thrown in an effect, it would reach neither an error boundary nor the application.
 */
export function openConnection(given, address, options) {
  let connection;
  try {
    connection = given ?? connect(address, options);
  } catch (error) {
    const failure = new PresenceError('address_refused', error.message);
    const status = Object.freeze({ ...ConnectionSource.none, state: 'closed', error: failure });
    return { ...NOT_OPENED, failure, get: () => status };
  }
  const { subscribe, get, close } = new ConnectionSource(connection);
  return {
    connection, failure: null, subscribe, get,
    close() {
      close();
      if (!given) connection.close();
    },
  };
}
