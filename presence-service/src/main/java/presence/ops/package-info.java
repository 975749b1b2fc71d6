/** Readiness, health and metrics for operators. Depends on no board and no Redis; its data is handed in. */
@NullMarked
package presence.ops;

import org.jspecify.annotations.NullMarked;
