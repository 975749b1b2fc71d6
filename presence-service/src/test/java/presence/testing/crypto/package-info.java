/** Keys, certificates and JSON Web Tokens made for one run. */
@NullMarked
package presence.testing.crypto;

import org.jspecify.annotations.NullMarked;
