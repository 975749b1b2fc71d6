/** What tests share: real Redis, real nodes, clients that keep a roster. Nothing here pretends. */
@NullMarked
package presence.testing;

import org.jspecify.annotations.NullMarked;
