/**
 * The command {@code doctor}: checks a Redis server, its settings and the rights of the service's user by using what the
 * service uses, on keys of its own, and prints findings with the line that repairs each.
 */
@NullMarked
package presence.cluster.doctor;

import org.jspecify.annotations.NullMarked;
