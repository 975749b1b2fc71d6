/**
 * A board: its members, its tick, and its subscribers.
 *
 * <pre>
 *   connection ──join──▶ ConnectionManager ──▶ Board ◀──feed── ClusterBus (other nodes)
 *      │                                         │ ▲
 *      └─move──▶ CursorSlot ──first dirty──▶ tick │ roster flush
 *                                                ▼ ▼
 *                                 Fanout: one hand-off per event loop, one frame for all
 * </pre>
 *
 * <p>Threads: a board's state has a single writer, its event loop. Other threads touch only
 * {@link presence.board.CursorSlot} (lock-free) and the registry in {@link presence.board.ConnectionManager}.
 * Everything from a board to a connection takes the same way (board loop, then the connection's loop) and is
 * therefore one FIFO.
 *
 * <p>Ports: {@link presence.board.BoardClient}, implemented by connections, and
 * {@link presence.board.spi.ClusterBus}, implemented over Redis and in memory.
 *
 * <p>One member has seven types:
 *
 * <table>
 * <caption>What each is, whose, and how long it lives</caption>
 * <tr><th>Type</th><th>What it is</th><th>Whose</th><th>How long it lives</th></tr>
 * <tr><td>{@link presence.model.Member}</td>
 *     <td>The record: profile, status, state, version. Immutable; every change makes a new one.</td>
 *     <td>Of the owning node's {@code Segment}; a copy is in Redis and in every node that follows the board.</td>
 *     <td>Until its next change; as a member, from the join to the leave, over connections and nodes.</td></tr>
 * <tr><td>{@link presence.board.LocalMember}</td>
 *     <td>The owner's side of a member: its record, its seat, and whether it is leaving.</td>
 *     <td>{@link presence.board.LocalMembers} of the board on the owning node; there is none on other nodes.</td>
 *     <td>From the join or the take-over here until it has left or another node has taken it over; it outlives its
 *     connection by the grace period.</td></tr>
 * <tr><td>{@link presence.board.SlotEntry}</td>
 *     <td>A member, local or remote, as this node's clients received it last: slot, record, cursor.</td>
 *     <td>{@link presence.board.SlotTable} of the board, on every node that follows the board.</td>
 *     <td>From the flush that shows the join to the flush that shows the leave.</td></tr>
 * <tr><td>{@link presence.board.Seat}</td>
 *     <td>One connection's place on one board, as a member or as an observer.</td>
 *     <td>The connection holds it; the board refers to it from its subscribers and its local member.</td>
 *     <td>From the join until the connection leaves the board, loses its seat, or is closed.</td></tr>
 * <tr><td>{@link presence.wire.MemberView}</td>
 *     <td>A member as a frame shows it to clients: without its key, with this node's slot.</td>
 *     <td>The caller of the encoder; not stored.</td>
 *     <td>While a frame is encoded.</td></tr>
 * <tr><td>{@link presence.model.UserSession}</td>
 *     <td>A member seen from its user: board, status, device.</td>
 *     <td>{@link presence.board.LocalUsers} of the owning node, which publishes it through
 *     {@link presence.board.spi.ClusterDirectory}.</td>
 *     <td>As long as the owning node has the member; replaced when its status or device changes.</td></tr>
 * <tr><td>{@link presence.model.LocatedSession}</td>
 *     <td>A {@code UserSession} and the node that has it: the answer to "where is this user".</td>
 *     <td>The caller of {@link presence.board.spi.ClusterDirectory#sessions}; not stored.</td>
 *     <td>While a query is answered.</td></tr>
 * </table>
 */
@NullMarked
package presence.board;

import org.jspecify.annotations.NullMarked;
