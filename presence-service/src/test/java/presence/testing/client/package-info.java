/** Clients of the public port, the operators' port and Redis, which complain about frames that break the contract. */
@NullMarked
package presence.testing.client;

import org.jspecify.annotations.NullMarked;
