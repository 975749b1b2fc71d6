package presence.security;

/** Limits on clients; refusals are counted per limit. */
public enum LimitKind {
    /** Connections of a node. */
    CONNECTIONS,
    /** Connections from one address. */
    ADDRESS,
    /** Connections of a node before their WebSocket handshake. */
    HANDSHAKES,
    /** The same from one address. */
    HANDSHAKES_ADDRESS,
    /** Bytes of all connections of a node before their WebSocket handshake. */
    HANDSHAKE_BYTES,
    /** Handshakes of a node per second. */
    HANDSHAKE_RATE,
    /** Tokens to be checked, of a connection and of a node. */
    TOKENS,
    /** Joins of a connection, and of a user over the cluster. */
    JOINS,
    /** Joins with a resume key, of a connection. */
    RESUMES,
    /** Frames of a connection. */
    FRAMES,
    /** Bytes of a connection. */
    BYTES,
    /** Bytes that a node keeps for all connections: of unfinished messages, and for slow readers. */
    BUFFERS,
    /** Signals of a connection. */
    SIGNALS,
    /** Reactions of a connection. */
    REACTIONS,
    /** State patches of a connection. */
    STATES,
    /** Lock and unlock frames of a connection. */
    LOCKS,
    /** Viewports of a connection. */
    VIEWPORTS,
    /** Requests of a connection for more of a roster. */
    ROSTER_PAGES,
    /** Bytes of joins, states and signals of a connection. */
    EVENT_BYTES,
    /** Bytes of signals that a board forwards. */
    BOARD_SIGNALS,
    /** Boards of a node. */
    BOARDS,
    /** Watch frames of a connection. */
    WATCHES,
    /** Watched boards of a node. */
    WATCHED_BOARDS
}
