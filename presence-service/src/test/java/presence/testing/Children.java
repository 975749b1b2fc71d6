package presence.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes this JVM started: none outlives it, even if it is stopped in the middle of a test. */
final class Children {
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "children"));
    }

    private Children() {}

    /** Ends it with this JVM, if it still runs then. */
    static Process watched(Process process) {
        ALIVE.add(process);
        process.onExit().thenAccept(ALIVE::remove);
        return process;
    }
}
