/** Who may come in, and whom the service itself believes. */
@NullMarked
package presence.security;

import org.jspecify.annotations.NullMarked;
