package presence.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Handles SIGTERM and SIGINT: the first asks the process to stop, the second ends it at once. */
public final class StopSignals {
    /** Exit code of a process ended by a signal, less the signal's number. */
    private static final int SIGNAL_EXIT = 128;

    private StopSignals() {}

    /**
     * Installs the handlers.
     *
     * @param onFirst called with the name of the first signal, on a thread of the JVM
     * @throws IllegalArgumentException if this JVM does not allow handlers for them
     */
    public static void install(Consumer<String> onFirst) {
        AtomicBoolean again = new AtomicBoolean();
        SignalHandler stop = signal -> {
            if (again.getAndSet(true)) {
                Runtime.getRuntime().halt(SIGNAL_EXIT + signal.getNumber());
            }
            onFirst.accept(signal.getName());
        };
        // Not a shutdown hook: with one the JVM exits with 143, and a second signal has no effect.
        Signal.handle(new Signal("TERM"), stop);
        Signal.handle(new Signal("INT"), stop);
    }
}
