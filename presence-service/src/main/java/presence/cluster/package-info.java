/**
 * Builds the cluster over Redis from its parts and runs it. Each part has a package of its own; imports point down this
 * list.
 *
 * <ul>
 *   <li>{@code cluster}: {@link presence.cluster.RedisBus} builds, starts and closes the parts;
 *       {@link presence.cluster.Maintenance} runs the periodic tasks
 *   <li>{@code user}: users, bans, kicks
 *   <li>{@code segment}: members of boards
 *   <li>{@code node}: leases, heartbeats, failures
 *   <li>{@code pubsub}: publishing and receiving
 *   <li>{@code envelope}, {@code redis}: messages; connections, keys and scripts
 *   <li>independent of them: {@code memory} (a cluster in one process), {@code doctor} and {@code tail} (commands)
 * </ul>
 *
 * <p>Redis holds a shared copy and never the only one: owners write again what Redis loses. Threads: Lettuce's event
 * loops drop echoes, decode and dispatch, and never block; two maintenance threads may block.
 */
@NullMarked
package presence.cluster;

import org.jspecify.annotations.NullMarked;
