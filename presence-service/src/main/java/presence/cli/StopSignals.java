package presence.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** SIGTERM and SIGINT: the first asks the process to stop, the second ends it at once. */
public final class StopSignals {
    /** What a shell adds to the number of the signal that ended a process. */
    private static final int SIGNAL_EXIT = 128;

    private StopSignals() {}

    /**
     * Hears them from now on.
     *
     * @param first told the name of the first one, on a thread of the JVM's
     * @throws IllegalArgumentException if this JVM lets nobody hear them
     */
    public static void hear(Consumer<String> first) {
        AtomicBoolean again = new AtomicBoolean();
        SignalHandler stop = signal -> {
            if (again.getAndSet(true)) {
                Runtime.getRuntime().halt(SIGNAL_EXIT + signal.getNumber());
            }
            first.accept(signal.getName());
        };
        // Not a shutdown hook: with one the JVM ends with 143, and does not hear a second signal.
        Signal.handle(new Signal("TERM"), stop);
        Signal.handle(new Signal("INT"), stop);
    }
}
