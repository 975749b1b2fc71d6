package presence.cli;

import java.util.List;

/** The commands of the jar. */
public final class Subcommands {
    private Subcommands() {}

    public static List<Subcommand> all() {
        return List.of(new ConfigCommand(), new TailCommand(), new DoctorCommand());
    }
}
