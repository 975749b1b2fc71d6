/**
 * A board: its members, its tick, and everybody who watches it.
 *
 * <pre>
 *   session ──join──▶ ConnectionManager ──▶ Board ◀──feed── ClusterBus (other nodes)
 *      │                                      │ ▲
 *      └─move──▶ CursorSlot ──first dirty──▶ tick │roster flush
 *                                             ▼   ▼
 *                              Fanout: one hand-off per event loop, one frame for all
 * </pre>
 *
 * <p>Threads: a board's state has a single writer, its event loop. The only things other threads
 * touch are {@link presence.board.CursorSlot} (lock-free) and the registry in
 * {@link presence.board.ConnectionManager}. Everything from a board to a connection takes the same
 * way (board loop, then the connection's loop) and is therefore one FIFO.
 *
 * <p>The package owns both its ports: {@link presence.board.BoardMember}, implemented by sessions, and
 * {@link presence.board.spi.ClusterBus}, implemented over Redis and in memory.
 */
@NullMarked
package presence.board;

import org.jspecify.annotations.NullMarked;
