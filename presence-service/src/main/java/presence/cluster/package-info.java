/**
 * The cluster over Redis, put together and kept running. Each part has a package of its own; imports point down this list.
 *
 * <ul>
 *   <li>{@code cluster}: {@link presence.cluster.RedisBus} builds, starts and closes the parts;
 *       {@link presence.cluster.Maintenance} runs what is due from time to time
 *   <li>{@code user}: users, bans, kicks
 *   <li>{@code segment}: members of boards
 *   <li>{@code node}: leases, heartbeats, failures
 *   <li>{@code pubsub}: publishing and receiving
 *   <li>{@code envelope}, {@code redis}: messages; connections, keys and scripts
 *   <li>beside them: {@code memory} (a cluster in one process), {@code doctor} and {@code tail} (commands)
 * </ul>
 *
 * <p>Redis is a shared copy and never the only one: whatever it loses, the owners write again. Threads: Lettuce's event
 * loops drop echoes, decode and hand over, and never wait; two maintenance threads may block.
 */
@NullMarked
package presence.cluster;

import org.jspecify.annotations.NullMarked;
