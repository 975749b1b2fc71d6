/** Measures the service and comparable servers under the same load, in turns, on the same machine. */
@NullMarked
package presence.bench.compare;

import org.jspecify.annotations.NullMarked;
