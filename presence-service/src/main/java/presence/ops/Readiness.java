package presence.ops;

import java.util.function.BooleanSupplier;

/** Whether this node should get traffic. Thread-safe. */
public final class Readiness {
    public enum State {
        STARTING,
        READY,
        /** Serving locally while Redis is away. Still gets traffic: a Redis blip must not empty the balancer. */
        DEGRADED,
        DRAINING
    }

    private final BooleanSupplier clusterUp;
    private volatile boolean started;
    private volatile boolean draining;

    /** @param clusterUp whether the other nodes can be reached; always true on a single node */
    public Readiness(BooleanSupplier clusterUp) {
        this.clusterUp = clusterUp;
    }

    public void started() {
        started = true;
    }

    public void draining() {
        draining = true;
    }

    public State state() {
        if (draining) {
            return State.DRAINING;
        }
        if (!started) {
            return State.STARTING;
        }
        return clusterUp.getAsBoolean() ? State.READY : State.DEGRADED;
    }

    /** Whether a balancer should send clients here. */
    public boolean acceptsTraffic() {
        State state = state();
        return state == State.READY || state == State.DEGRADED;
    }
}
