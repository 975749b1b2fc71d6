package presence.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import presence.config.GivenSettings;

/** A command of the jar, run if its name is given. Without a name the jar runs the service. */
public interface Subcommand {
    int OK = 0;
    int FAILED = 1;

    /** Returns name and options, without the settings, with this as user object. */
    CommandSpec spec();

    /**
     * Runs the command to its end.
     *
     * @param line the parsed arguments of {@link #spec()}
     * @return the exit code
     */
    int run(ParseResult line, GivenSettings settings);

    /** Whether {@code --dev} makes a difference to the command. */
    default boolean hasDevMode() {
        return false;
    }

    /** Prints an error in one line, in the format that the service uses at its start. */
    static int failed(String message) {
        System.err.println("presence-service: " + message);
        return FAILED;
    }
}
