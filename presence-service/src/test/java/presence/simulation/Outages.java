package presence.simulation;

import java.util.ArrayList;
import java.util.List;

/** The faults that were so far: they say what users may see meanwhile and what they may not. */
final class Outages {
    /** For how long a fault has effects after its end. */
    private static final long AFTER_US = 15 * VirtualTime.SECOND;
    /** The same for data that Redis lost. */
    private static final long DATA_AFTER_US = 40 * VirtualTime.SECOND;
    /**
     * Out of reach for longer, a member may be hidden and be seen again: nodes take others for dead, and themselves for
     * isolated, after eight seconds without a heartbeat, which they publish every two.
     */
    private static final long HIDDEN_MS = 5_500;
    /** Out of reach for longer, a node lets a client in before it has found the member of its key. */
    private static final long UNKNOWN_MS = 1_000;

    private record Outage(long atUs, Step step) {
        long endUs() {
            return atUs + step.lastsMs() * VirtualTime.MS;
        }
    }

    private final VirtualTime time;
    private final List<Outage> all = new ArrayList<>();

    Outages(VirtualTime time) {
        this.time = time;
    }

    void add(Step step) {
        if (step.kind().isFault()) {
            all.add(new Outage(time.nowUs(), step));
        }
    }

    private long outOfReachMs(long sinceUs) {
        long sum = 0;
        for (Outage each : all) {
            if (each.endUs() + AFTER_US > sinceUs) {
                sum += each.step.outageMs();
            }
        }
        return sum;
    }

    /** Whether a member that is there may have been shown to leave. */
    boolean mayHide(long sinceUs) {
        return outOfReachMs(sinceUs) > HIDDEN_MS || isHurried(sinceUs);
    }

    /** Whether a node was stopped that could not be left in time. */
    private boolean isHurried(long sinceUs) {
        List<Outage> recent =
                all.stream().filter(each -> each.endUs() + AFTER_US > sinceUs).toList();
        return recent.size() > 1 && recent.stream().anyMatch(each -> each.step.kind() == Step.Kind.STOP);
    }

    /** Whether a node may not know all members when it lets a client in. */
    boolean mayBeUnknown() {
        if (outOfReachMs(time.nowUs()) > UNKNOWN_MS) {
            return true;
        }
        for (Outage each : all) {
            if ((each.step.kind().losesData() || each.step.kind() == Step.Kind.STOP)
                    && each.endUs() + DATA_AFTER_US > time.nowUs()) {
                return true;
            }
        }
        return false;
    }
}
