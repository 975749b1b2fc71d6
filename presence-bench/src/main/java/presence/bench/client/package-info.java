/**
 * Reads and writes the frames of a client, and moves its cursor.
 */
@NullMarked
package presence.bench.client;

import org.jspecify.annotations.NullMarked;
