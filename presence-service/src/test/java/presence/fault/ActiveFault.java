package presence.fault;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A fault in force. */
final class ActiveFault {
    /** Two sides that lose sight of each other, and when at the latest. */
    record Parting(String what, Visibility sight, Duration bound) {}

    private final long sinceNanos = System.nanoTime();
    private @Nullable Parting parting;
    private Duration lasting = Duration.ZERO;
    private @Nullable Runnable cure;
    private boolean fromTheFault;
    private Runnable cleanUp = () -> {};

    /** While it lasts, this is what should be seen. */
    ActiveFault parting(String what, Visibility sight, Duration bound) {
        parting = new Parting(what, sight, bound);
        return this;
    }

    /** It is left in force for so long. */
    ActiveFault lasting(Duration time) {
        lasting = time;
        return this;
    }

    /** Done when it has lasted; the bound counts from then. */
    ActiveFault healedBy(Runnable healing) {
        cure = healing;
        return this;
    }

    /** The bound counts from the fault, even if something is done when it is over. */
    ActiveFault countsFromTheFault() {
        fromTheFault = true;
        return this;
    }

    /** What remains to be put in order when everything was looked at. */
    ActiveFault thenCleanUp(Runnable work) {
        cleanUp = work;
        return this;
    }

    @Nullable Parting parting() {
        return parting;
    }

    Duration lasting() {
        return lasting;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Returns from when on the bound counts. */
    long heal() {
        if (cure == null) {
            return sinceNanos;
        }
        cure.run();
        return fromTheFault ? sinceNanos : System.nanoTime();
    }

    void cleanUp() {
        cleanUp.run();
    }
}
