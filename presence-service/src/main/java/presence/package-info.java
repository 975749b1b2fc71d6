/** The command line, and the assembly of a node from its parts. */
@NullMarked
package presence;

import org.jspecify.annotations.NullMarked;
