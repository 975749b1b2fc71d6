/** Who may come in. */
@NullMarked
package presence.security;

import org.jspecify.annotations.NullMarked;
