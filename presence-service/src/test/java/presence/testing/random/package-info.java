/** Seeded randomness: mutated inputs and random frames; a failure prints the seed that repeats it. */
@NullMarked
package presence.testing.random;

import org.jspecify.annotations.NullMarked;
