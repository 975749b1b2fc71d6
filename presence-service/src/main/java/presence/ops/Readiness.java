package presence.ops;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import presence.model.ClusterHealth;
import presence.model.NodeId;

/** Decides whether this node should get traffic, and gives the reason if not. Thread-safe. */
public final class Readiness {
    public enum State {
        STARTING,
        READY,
        /**
         * Serves local members only, because Redis is unavailable. Still gets traffic, unless configured otherwise: a
         * short outage of Redis must not make all nodes unready.
         */
        DEGRADED,
        DRAINING
    }

    /** A snapshot of the state. */
    public record Report(State state, boolean acceptsTraffic, String reason, ClusterHealth cluster) {
        /** Returns the fields of {@code /health/ready}. */
        public Map<String, Object> fields(NodeId node) {
            Map<String, Object> redis = new LinkedHashMap<>();
            redis.put("enabled", cluster.shared());
            if (cluster.shared()) {
                redis.put("up", cluster.isWhole());
                redis.put("commands", cluster.commands());
                redis.put("cursors", cluster.cursors());
                redis.put("subscriber", cluster.subscriber());
                redis.put("hears_itself", cluster.hears());
                redis.put("writes_refused", cluster.refused());
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("state", state.name().toLowerCase(Locale.ROOT));
            fields.put("ready", acceptsTraffic);
            fields.put("reason", reason);
            fields.put("node", node.toString());
            fields.put("redis", redis);
            return fields;
        }
    }

    private final Supplier<ClusterHealth> cluster;
    private final boolean readyWhileDegraded;
    private volatile boolean started;
    private volatile boolean draining;

    /**
     * @param cluster the state of the connections to the other nodes
     * @param readyWhileDegraded whether to accept clients while the other nodes cannot be reached
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
            return new Report(State.DRAINING, false, "stopping, sending clients elsewhere", health);
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

    /** Whether a load balancer should send clients to this node. */
    public boolean acceptsTraffic() {
        return report().acceptsTraffic();
    }
}
