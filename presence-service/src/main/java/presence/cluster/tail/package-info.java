/**
 * The command {@code tail}: prints the envelopes on the channels of boards and nodes as text.
 */
@NullMarked
package presence.cluster.tail;

import org.jspecify.annotations.NullMarked;
