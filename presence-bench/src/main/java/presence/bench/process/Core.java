package presence.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Assigns processes to cores. The measured processes have one core and the measuring ones the other, so that they do
 * not disturb each other. Without {@code taskset}, with one core only or with {@code PRESENCE_BENCH_CORES=any} in the
 * environment, everything runs anywhere.
 */
public enum Core {
    SERVERS(0),
    LOAD(1);

    private static final boolean CAN_PIN = !"any".equals(System.getenv("PRESENCE_BENCH_CORES"))
            && Runtime.getRuntime().availableProcessors() > 1
            && Programs.onPath("taskset") != null;

    private final int number;

    Core(int number) {
        this.number = number;
    }

    /** Pins this process to the core, with all its present and future threads. */
    public void take() throws IOException, InterruptedException {
        if (CAN_PIN) {
            String self = Long.toString(ProcessHandle.current().pid());
            Children.start(new ProcessBuilder("taskset", "-a", "-c", "-p", Integer.toString(number), self)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD))
                    .waitFor();
        }
    }

    /**
     * Gives all threads of a process the lowest priority, and so those that they start later. Not the idle class of the
     * scheduler: a busy machine gives that no CPU time for minutes. Does nothing where that cannot be done.
     */
    public static void yieldToOthers(Process process) throws IOException, InterruptedException {
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        if (Programs.onPath("renice") == null || !Files.isDirectory(threads)) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("renice", "-n", "19", "-p"));
        try (Stream<Path> all = Files.list(threads)) {
            all.forEach(thread -> command.add(thread.getFileName().toString()));
        }
        Children.start(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD))
                .waitFor();
    }

    /** Returns the command that runs this one on the core under the same process id. */
    public List<String> run(List<String> command) {
        List<String> pinned = new ArrayList<>();
        if (CAN_PIN) {
            pinned.addAll(List.of("taskset", "-c", Integer.toString(number)));
        }
        pinned.addAll(command);
        return pinned;
    }
}
