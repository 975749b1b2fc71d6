/**
 * Locks over Redis: one hash per board, which the script {@code locks.lua} alone changes. Nodes know the locks of a board
 * from the answers to their own calls and from reads, which a message of other nodes asks for; answers arrive in the order
 * in which Redis carried the calls out, so the latest one is right.
 */
@NullMarked
package presence.cluster.lock;

import org.jspecify.annotations.NullMarked;
