package presence.bench.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The load of a swarm, without times and addresses.
 *
 * @param more further options of {@code swarm}
 */
public record Load(int boards, int users, double hz, List<String> more) {
    public static Load of(int boards, int users, double hz) {
        return new Load(boards, users, hz, List.of());
    }

    public Load with(String... options) {
        return new Load(boards, users, hz, List.of(options));
    }

    public int allUsers() {
        return boards * users;
    }

    /** Returns the number of connections that it opens. */
    int connections() {
        return boards * (users + number("--observers")) + number("--watchers");
    }

    private int number(String option) {
        int at = more.indexOf(option);
        return at < 0 ? 0 : Integer.parseInt(more.get(at + 1));
    }

    /** Moves per second as an option's value. */
    public String rate() {
        return hz == Math.rint(hz) ? Long.toString((long) hz) : String.format(Locale.ROOT, "%.3f", hz);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--boards", Integer.toString(boards),
                "--users", Integer.toString(users),
                "--hz", rate()));
        arguments.addAll(more);
        return arguments;
    }

    /** The command line that reproduces it. */
    @Override
    public String toString() {
        return "swarm " + String.join(" ", arguments());
    }
}
