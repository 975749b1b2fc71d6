/**
 * Reads the sockets of busy boards together, at most {@link presence.gather.GatheringIoHandler#LONGEST_WAIT_MS} late.
 *
 * <pre>
 *   socket of a quiet board ──▶ epoll set 1 ──▶ wakes the event loop
 *   socket of a busy board  ──▶ epoll set 2 ──▶ is read whenever the loop is awake, and every few milliseconds
 * </pre>
 *
 * <p>Threads: everything on the event loop that carries the socket.
 */
@NullMarked
package presence.gather;

import org.jspecify.annotations.NullMarked;
