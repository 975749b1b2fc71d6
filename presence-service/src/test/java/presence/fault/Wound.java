package presence.fault;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A fault in force. */
final class Wound {
    /** Two sides that lose sight of each other, and when at the latest. */
    record Parting(String what, Sight sight, Duration bound) {}

    private final long sinceNanos = System.nanoTime();
    private @Nullable Parting parting;
    private Duration lasting = Duration.ZERO;
    private @Nullable Runnable cure;
    private boolean fromTheFault;
    private Runnable cleanUp = () -> {};

    /** While it lasts, this is what should be seen. */
    Wound parting(String what, Sight sight, Duration bound) {
        parting = new Parting(what, sight, bound);
        return this;
    }

    /** It is left in force for so long. */
    Wound lasting(Duration time) {
        lasting = time;
        return this;
    }

    /** Done when it has lasted; the bound counts from then. */
    Wound healedBy(Runnable healing) {
        cure = healing;
        return this;
    }

    /** The bound counts from the fault, even if something is done when it is over. */
    Wound countsFromTheFault() {
        fromTheFault = true;
        return this;
    }

    /** What remains to be put in order when everything was looked at. */
    Wound thenCleanUp(Runnable work) {
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
