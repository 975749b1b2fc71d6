package presence.wire;

import java.util.Locale;

/** Why a frame was refused while the connection stays. On the wire the name in lower case. */
public enum ErrorCode {
    /** No kind of frame that this node knows. */
    UNKNOWN_FRAME,
    /** The frame needs a board, and this connection is on none, or not on that one. */
    NOT_JOINED,
    /** This connection is on that board already. */
    ALREADY_JOINED,
    BOARD_ID_INVALID,
    /** A profile field or a state name is too long. */
    FIELD_TOO_LONG,
    STATE_TOO_LARGE,
    SIGNAL_TOO_LARGE,
    TOO_MANY_BOARDS,
    BOARD_FULL,
    /** The node has as many boards as it may have, and this would be one more. */
    NODE_FULL,
    /** The user has as many members on the board, or on the node, as it may. */
    TOO_MANY_SESSIONS,
    /** Observers send nothing to a board. */
    OBSERVER,
    RATE_LIMITED,
    UNAUTHORIZED,
    FORBIDDEN,
    /** Another connection took this member over; the board has ended here. */
    REPLACED,
    /** An operator removed this member; the board has ended here. */
    KICKED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }
}
