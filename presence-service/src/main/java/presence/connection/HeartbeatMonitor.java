package presence.connection;

/** Decides from the last frame of a connection whether to ping or close it. Pure; time is a parameter. */
final class HeartbeatMonitor {
    enum Verdict {
        FINE,
        /** No frame for one heartbeat interval: send a ping. */
        PING,
        /** No message since the handshake. */
        NEVER_SPOKE,
        /** No frame for 2.5 heartbeat intervals, despite a ping. */
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

    /** Records a complete frame, including pongs. */
    void heard(long nowMs) {
        lastHeardMs = nowMs;
    }

    /** Records a valid message. */
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
