/**
 * The terms of the domain as immutable values: boards, nodes, members and their attributes. Depends on the JDK alone;
 * every other package may use it.
 */
@NullMarked
package presence.model;

import org.jspecify.annotations.NullMarked;
