package presence.fault;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A fault that is active. */
final class ActiveFault {
    /** Two groups of nodes that stop seeing each other, and the bound for that. */
    record Parting(String what, Visibility sight, Duration bound) {}

    private final long sinceNanos = System.nanoTime();
    private @Nullable Parting parting;
    private Duration lasting = Duration.ZERO;
    private @Nullable Runnable repair;
    private boolean fromTheFault;
    private boolean parted;
    private Runnable cleanUp = () -> {};

    /** Sets what should be visible while the fault lasts. */
    ActiveFault parting(String what, Visibility sight, Duration bound) {
        parting = new Parting(what, sight, bound);
        return this;
    }

    /** Sets how long the fault stays active. */
    ActiveFault lasting(Duration time) {
        lasting = time;
        return this;
    }

    /** Sets the repair to run at the end; the bound counts from then. */
    ActiveFault healedBy(Runnable healing) {
        repair = healing;
        return this;
    }

    /** Makes the bound count from the fault, even if it has a repair. */
    ActiveFault countsFromTheFault() {
        fromTheFault = true;
        return this;
    }

    /** Sets whether a node was silent for so long that others dropped it, which is no part of the fault otherwise. */
    ActiveFault parted(boolean itWas) {
        parted = itWas;
        return this;
    }

    /** Sets what is to be restored after all checks. */
    ActiveFault thenCleanUp(Runnable work) {
        cleanUp = work;
        return this;
    }

    @Nullable Parting parting() {
        return parting;
    }

    boolean parted() {
        return parted;
    }

    Duration lasting() {
        return lasting;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Ends the fault and returns the time from which the bound counts. */
    long heal() {
        if (repair == null) {
            return sinceNanos;
        }
        repair.run();
        return fromTheFault ? sinceNanos : System.nanoTime();
    }

    void cleanUp() {
        cleanUp.run();
    }
}
