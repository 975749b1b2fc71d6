/**
 * Restarts nodes one after the other under users who reconnect, and reports what these notice.
 *
 * <pre>
 * rolling          MigratingUsers → MigratingUser → MigratingConnection (one after the other) → RollingReport
 *                      HaproxyProcess before the nodes
 * </pre>
 */
@NullMarked
package presence.bench.rolling;

import org.jspecify.annotations.NullMarked;
