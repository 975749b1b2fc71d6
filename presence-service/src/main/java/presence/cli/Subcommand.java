package presence.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import presence.config.GivenSettings;

/** What the jar does if its name is given. Without a name it serves. */
public interface Subcommand {
    int OK = 0;
    int FAILED = 1;

    /** Its name and options, without the settings; this is its user object. */
    CommandSpec spec();

    /**
     * Runs it to its end.
     *
     * @param line what was given for {@link #spec()}
     * @return the exit code
     */
    int run(ParseResult line, GivenSettings settings);

    /** What was wrong, in one line; as serving says it, so that whoever looks for the line finds both. */
    static int failed(String message) {
        System.err.println("presence-service: " + message);
        return FAILED;
    }
}
