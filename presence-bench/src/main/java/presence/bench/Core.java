package presence.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which core a process may use. What is measured has one to itself and what measures it the other, so that neither
 * takes from the other. Where there is no {@code taskset} or only one core, everything runs anywhere.
 */
enum Core {
    SERVERS(0),
    LOAD(1);

    private static final boolean CAN_PIN =
            Runtime.getRuntime().availableProcessors() > 1 && Programs.onPath("taskset") != null;

    private final int number;

    Core(int number) {
        this.number = number;
    }

    /** Puts this process on the core, with all threads it has and will have. */
    void take() throws IOException, InterruptedException {
        if (CAN_PIN) {
            String self = Long.toString(ProcessHandle.current().pid());
            Children.start(new ProcessBuilder("taskset", "-a", "-c", "-p", Integer.toString(number), self)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD))
                    .waitFor();
        }
    }

    /** The command that runs this one on the core, with what the others there leave of it. */
    List<String> runBehind(List<String> command) {
        List<String> yielding = new ArrayList<>();
        if (Programs.onPath("chrt") != null) {
            yielding.addAll(List.of("chrt", "--idle", "0"));
        }
        yielding.addAll(command);
        return run(yielding);
    }

    /** The command that runs this one on the core; it becomes it, with the same process id. */
    List<String> run(List<String> command) {
        List<String> pinned = new ArrayList<>();
        if (CAN_PIN) {
            pinned.addAll(List.of("taskset", "-c", Integer.toString(number)));
        }
        pinned.addAll(command);
        return pinned;
    }
}
