/**
 * The words of the domain as immutable values: boards, nodes, members, what is known of them.
 * Depends on the JDK alone; every other package may use it.
 */
@NullMarked
package presence.model;

import org.jspecify.annotations.NullMarked;
