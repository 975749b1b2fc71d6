/**
 * The command {@code doctor}: checks a Redis server, its settings and the permissions of the service's user by running
 * the service's commands on keys of its own. Prints findings with advice.
 */
@NullMarked
package presence.cluster.doctor;

import org.jspecify.annotations.NullMarked;
