/**
 * Boards that clients watch without joining them: how many and who is on each.
 *
 * <pre>
 *   ClientEventHandler ─▶ WatchFeed ─▶ BoardWatch ──holds──▶ WatchedBoards: WatchedBoard ─▶ ReadSchedule
 *   client ◀─ frames of what changed ─┘  (once a second)        └── what was read last ◀────────┤
 *                                             ConnectionManager, if this node follows the board ┤
 *                                             SummaryReader (Redis), else ──────────────────────┘
 * </pre>
 *
 * <p>A board is read once per interval however many clients watch it, and its entry in the frames is encoded once for all
 * of them. Nothing runs while no board is watched.
 *
 * <p>Threads: {@link presence.watch.WatchedBoards} is thread-safe; its {@link presence.watch.ReadSchedule} runs on one
 * event loop. A {@link presence.watch.WatchFeed} and the {@link presence.watch.BoardWatch}es in it belong to the event
 * loop of their clients.
 */
@NullMarked
package presence.watch;

import org.jspecify.annotations.NullMarked;
