package presence.ops;

import java.util.function.Supplier;
import presence.model.ClusterHealth;

/** Whether this node should get traffic, and why not. Thread-safe. */
public final class Readiness {
    public enum State {
        STARTING,
        READY,
        /** Serving locally while Redis is away. Still gets traffic, unless configured otherwise: a Redis blip must not empty the balancer. */
        DEGRADED,
        DRAINING
    }

    /** What is so at one moment. */
    public record Report(State state, boolean acceptsTraffic, String reason, ClusterHealth cluster) {}

    private final Supplier<ClusterHealth> cluster;
    private final boolean readyWhileDegraded;
    private volatile boolean started;
    private volatile boolean draining;

    /**
     * @param cluster what there is of the other nodes
     * @param readyWhileDegraded whether to go on taking clients while the others cannot be reached
     */
    public Readiness(Supplier<ClusterHealth> cluster, boolean readyWhileDegraded) {
        this.cluster = cluster;
        this.readyWhileDegraded = readyWhileDegraded;
    }

    public void started() {
        started = true;
    }

    public void draining() {
        draining = true;
    }

    public Report report() {
        ClusterHealth health = cluster.get();
        if (draining) {
            return new Report(State.DRAINING, false, "told to stop, sending clients elsewhere", health);
        }
        if (!started) {
            return new Report(State.STARTING, false, "not started yet", health);
        }
        if (!health.isWhole()) {
            return new Report(State.DEGRADED, readyWhileDegraded, health.problem(), health);
        }
        return new Report(State.READY, true, "", health);
    }

    public State state() {
        return report().state();
    }

    /** Whether a balancer should send clients here. */
    public boolean acceptsTraffic() {
        return report().acceptsTraffic();
    }
}
