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
    private long lastPingMs;

    HeartbeatMonitor(ConnectionSettings settings, long nowMs) {
        this.settings = settings;
        openedMs = nowMs;
        lastPingMs = nowMs;
    }

    /** The earliest time at which the verdict can be another than {@link Verdict#FINE}; a frame makes it later. */
    long dueMs(long heardMs, boolean spoke) {
        long pingMs = Math.max(heardMs, lastPingMs) + settings.heartbeatMs();
        long endMs = Math.min(pingMs, heardMs + settings.silenceMs());
        return 1 + (spoke ? endMs : Math.min(endMs, openedMs + settings.firstFrameMs()));
    }

    /**
     * @param heardMs when the last complete frame came, pongs included
     * @param spoke whether a valid message has come
     */
    Verdict judge(long nowMs, long heardMs, boolean spoke) {
        if (!spoke && nowMs - openedMs > settings.firstFrameMs()) {
            return Verdict.NEVER_SPOKE;
        }
        if (nowMs - heardMs > settings.silenceMs()) {
            return Verdict.SILENT;
        }
        if (nowMs - Math.max(heardMs, lastPingMs) > settings.heartbeatMs()) {
            lastPingMs = nowMs;
            return Verdict.PING;
        }
        return Verdict.FINE;
    }
}
