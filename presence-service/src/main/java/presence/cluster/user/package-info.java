/**
 * Users across boards and nodes: who is online and where, bans, kicks, and the joins a user may make. Thread-safe.
 */
@NullMarked
package presence.cluster.user;

import org.jspecify.annotations.NullMarked;
