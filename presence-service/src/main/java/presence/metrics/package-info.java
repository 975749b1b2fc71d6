/** The service's meters by name; all of them exist from the start. */
@NullMarked
package presence.metrics;

import org.jspecify.annotations.NullMarked;
