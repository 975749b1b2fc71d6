package presence.wire;

/**
 * Kinds of frames to clients, in the order of the field numbers of {@code ServerFrame}. Handed along with the frame, so
 * that no recipient parses its header again.
 */
public enum ServerFrameKind {
    /** Pings, pongs and closes. */
    CONTROL,
    WELCOME,
    ROSTER,
    CHANGE,
    CURSORS,
    SIGNAL,
    HEARTBEAT_ACK,
    ERROR,
    GOING_AWAY,
    PACE,
    COUNTS,
    REACTIONS,
    WATCHED,
    DENSITY,
    LOCKS,
    LOCK_RESULT
}
