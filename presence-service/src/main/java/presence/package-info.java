/** The top floor: the command line and the place where everything is put together. */
@NullMarked
package presence;

import org.jspecify.annotations.NullMarked;
