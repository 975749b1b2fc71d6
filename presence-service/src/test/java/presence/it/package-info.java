/**
 * Integration tests against real sockets, a real Redis and real programs, by what they look at: {@code client} (what one
 * client may rely on), {@code cluster} (several nodes, and Redis in trouble), {@code security}, {@code ops} (the operators'
 * port, metrics, the HTTP API) and {@code web} (browsers).
 */
package presence.it;
