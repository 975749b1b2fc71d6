/**
 * Decides which cursor positions each client of a large board is sent: those within its window, as pure state without
 * Netty and without a clock.
 *
 * <pre>
 *   a tick's movers ──▶ LatestPositions ──▶ TickGrid (sorted once per zoom level)
 *                                             │ candidates per distinct window
 *                                             ▼
 *   Viewer (a client's window, who it follows) ──▶ View (one per distinct window) ──▶ Output: one frame each
 * </pre>
 *
 * <p>What is sent besides a tick's movers: the last position of a mover that leaves a window, all positions within a
 * window that a client moves to, followed members, and on boards up to
 * {@value presence.viewport.ViewportFilter#MOST_IN_ROUNDS} members every position once a second
 * ({@link presence.viewport.Rounds}).
 *
 * <p>Threads: none of it is thread-safe; the board's loop owns it.
 */
@NullMarked
package presence.viewport;

import org.jspecify.annotations.NullMarked;
