package presence.testing.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Kills the processes this JVM started when it exits, even in the middle of a test. */
final class Children {
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "children"));
    }

    private Children() {}

    /** Kills the process at the exit of this JVM, if it still runs. */
    static Process watched(Process process) {
        ALIVE.add(process);
        process.onExit().thenAccept(ALIVE::remove);
        return process;
    }
}
