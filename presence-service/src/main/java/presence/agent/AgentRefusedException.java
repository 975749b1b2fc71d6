package presence.agent;

/** A call about an agent was refused. */
public final class AgentRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final AgentRefusal reason;
    private final long retryAfterMs;

    AgentRefusedException(AgentRefusal reason) {
        this(reason, 0);
    }

    AgentRefusedException(AgentRefusal reason, long retryAfterMs) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.retryAfterMs = retryAfterMs;
    }

    public AgentRefusal reason() {
        return reason;
    }

    /** Returns when the call may succeed, in milliseconds; 0 = unknown. */
    public long retryAfterMs() {
        return retryAfterMs;
    }
}
