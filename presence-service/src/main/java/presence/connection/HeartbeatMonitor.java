package presence.connection;

/** When a connection was last heard, and what follows from that. Pure; time is a parameter. */
final class HeartbeatMonitor {
    enum Verdict {
        FINE,
        /** Quiet for a heartbeat: ask. */
        PING,
        /** Connected and said nothing. */
        NEVER_SPOKE,
        /** Quiet for two and a half heartbeats, pings included. */
        SILENT
    }

    private final ConnectionSettings settings;
    private final long openedMs;
    private long lastHeardMs;
    private long lastPingMs;
    private boolean spoke;

    HeartbeatMonitor(ConnectionSettings settings, long nowMs) {
        this.settings = settings;
        openedMs = nowMs;
        lastHeardMs = nowMs;
        lastPingMs = nowMs;
    }

    /** Any frame, a pong included; half a frame is none. */
    void heard(long nowMs) {
        lastHeardMs = nowMs;
    }

    /** A message that was understood. */
    void spoke() {
        spoke = true;
    }

    Verdict judge(long nowMs) {
        if (!spoke && nowMs - openedMs > settings.firstFrameMs()) {
            return Verdict.NEVER_SPOKE;
        }
        if (nowMs - lastHeardMs > settings.silenceMs()) {
            return Verdict.SILENT;
        }
        if (nowMs - Math.max(lastHeardMs, lastPingMs) > settings.heartbeatMs()) {
            lastPingMs = nowMs;
            return Verdict.PING;
        }
        return Verdict.FINE;
    }
}
