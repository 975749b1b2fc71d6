/** Tokens, origins, TLS, PROXY headers and the limits on connections. */
@NullMarked
package presence.security;

import org.jspecify.annotations.NullMarked;
