package presence.wire;

/** The reasons for which the service closes a connection: WebSocket close code, text, and whether to reconnect. */
public enum CloseReason {
    NORMAL(1000, "normal", false),
    GOING_AWAY(1001, "going away", true),
    PROTOCOL_ERROR(1002, "protocol error", false),
    TEXT_FRAME(1003, "binary frames only", false),
    TOO_BIG(1009, "frame too big", false),
    INTERNAL(1011, "internal error", true),
    RESTART(1012, "restart", true),
    FULL(1013, "full, try again later", true),
    SLOW_CONSUMER(4008, "slow_consumer", true),
    BAD_FRAME(4400, "bad frame", false),
    UNAUTHORIZED(4401, "unauthorized", false),
    FORBIDDEN(4403, "forbidden", false),
    HEARTBEAT_TIMEOUT(4408, "heartbeat timeout", true),
    REPLACED(4409, "replaced", false),
    KICKED(4410, "kicked", false),
    RATE_LIMITED(4429, "rate limited", true);

    private final int code;
    private final String text;
    private final boolean reconnect;

    CloseReason(int code, String text, boolean reconnect) {
        this.code = code;
        this.text = text;
        this.reconnect = reconnect;
    }

    public int code() {
        return code;
    }

    public String text() {
        return text;
    }

    /** Returns whether a client should reconnect after it. */
    public boolean reconnect() {
        return reconnect;
    }
}
