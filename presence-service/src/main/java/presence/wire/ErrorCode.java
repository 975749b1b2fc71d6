package presence.wire;

import java.util.Locale;

/** Why a frame was refused while the connection stays open. On the wire the name in lower case. */
public enum ErrorCode {
    /** A kind of frame that this node does not know. */
    UNKNOWN_FRAME,
    /** The frame needs a board, and this connection has joined none, or not that one. */
    NOT_JOINED,
    /** This connection has joined that board already. */
    ALREADY_JOINED,
    BOARD_ID_INVALID,
    /** A profile field or a state name is too long. */
    FIELD_TOO_LONG,
    STATE_TOO_LARGE,
    SIGNAL_TOO_LARGE,
    TOO_MANY_BOARDS,
    /** A watch names more boards than a connection may watch. */
    TOO_MANY_WATCHED,
    BOARD_FULL,
    /** The node has reached its limit of boards, or of watched boards. */
    NODE_FULL,
    /** The user has reached its limit of members on the board or on the node. */
    TOO_MANY_SESSIONS,
    /** Observers may not send to a board. */
    OBSERVER,
    /** A viewport that follows too many members. */
    VIEWPORT_INVALID,
    /** A roster_limit or page that is too large, or a page of a roster that was told as a whole. */
    ROSTER_PAGE_INVALID,
    /** A lock without a name, or with a time to live out of range. */
    LOCK_INVALID,
    /** The member holds or waits for too many locks, or the board has too many. */
    TOO_MANY_LOCKS,
    /** Too many members wait for the lock. */
    LOCK_QUEUE_FULL,
    /** Redis does not answer, or refuses writes: locks cannot be reached. */
    UNAVAILABLE,
    RATE_LIMITED,
    UNAUTHORIZED,
    FORBIDDEN,
    /** Another connection took this member over; this connection has left the board. */
    REPLACED,
    /** An operator removed this member; this connection has left the board. */
    KICKED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }
}
