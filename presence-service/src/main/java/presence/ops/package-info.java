/** What operators see: readiness, health, metrics. Knows no board and no Redis, only what it is told. */
@NullMarked
package presence.ops;

import org.jspecify.annotations.NullMarked;
