/**
 * The command line: settings as options, and the commands of the jar besides the service. A
 * {@link presence.cli.Subcommand} reads its options and prints the results of other packages.
 */
@NullMarked
package presence.cli;

import org.jspecify.annotations.NullMarked;
