/**
 * Locks: one member at a time holds a name on a board. {@link presence.lock.LockLedger} is what a board's locks mean; in
 * Redis the script {@code locks.lua} does the same, and a test runs both side by side.
 *
 * <p>Ports: {@link presence.lock.LockLink}, implemented over Redis and in memory, and {@link presence.lock.LockFeed},
 * implemented by boards.
 *
 * <p>Pure values and state; time is a parameter.
 */
@NullMarked
package presence.lock;

import org.jspecify.annotations.NullMarked;
