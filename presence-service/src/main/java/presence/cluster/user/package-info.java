/** Users across boards and nodes: online state, sessions, bans, kicks and the join limit. Thread-safe. */
@NullMarked
package presence.cluster.user;

import org.jspecify.annotations.NullMarked;
