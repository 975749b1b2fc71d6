/**
 * How a user of the swarm talks to servers other than the service. A position is the user's index on its board and two
 * coordinates; each server relays it at once to the others on the board.
 */
@NullMarked
package presence.bench.peer;

import org.jspecify.annotations.NullMarked;
