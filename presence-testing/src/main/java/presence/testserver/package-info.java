/** A real node of presence in a process of its own, for tests of other projects. */
@NullMarked
package presence.testserver;

import org.jspecify.annotations.NullMarked;
