package presence.agent;

import java.util.concurrent.atomic.AtomicInteger;
import presence.metrics.EnumCounters;
import presence.metrics.ServiceMetrics;

/**
 * Counts agents.
 *
 * @param here agents of this node
 * @param ended agents of this node that ended
 * @param refused calls
 */
record AgentMetrics(AtomicInteger here, EnumCounters<End> ended, EnumCounters<AgentRefusal> refused) {
    /** Why an agent ended on this node, that is, left the board or went to another node. */
    enum End {
        /** By a call. */
        DELETED,
        /** No call came within its time to live. */
        EXPIRED,
        /** Another node took it over. */
        MOVED,
        /** An operator removed it. */
        KICKED,
        /** The node could not serve it, or refused it. */
        LOST
    }

    static AgentMetrics in(ServiceMetrics metrics) {
        AtomicInteger here = new AtomicInteger();
        metrics.watch("presence.agents.local", "agents of this node", here, AtomicInteger::get);
        return new AgentMetrics(
                here,
                metrics.counterPer(End.class, "presence.agents.ended", "reason", "agents that ended on this node"),
                metrics.counterPer(
                        AgentRefusal.class,
                        "presence.agents.refused",
                        "reason",
                        "calls about agents that were refused"));
    }
}
