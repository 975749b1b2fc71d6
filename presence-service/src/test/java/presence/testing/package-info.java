/** Shared by tests: real Redis, real nodes, clients that keep a roster. No mocks. */
@NullMarked
package presence.testing;

import org.jspecify.annotations.NullMarked;
