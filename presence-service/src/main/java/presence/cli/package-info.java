/**
 * The command line: the settings as options, and what the jar can do besides serving. A {@link presence.cli.Subcommand}
 * reads its options, and prints what others found out.
 */
@NullMarked
package presence.cli;

import org.jspecify.annotations.NullMarked;
