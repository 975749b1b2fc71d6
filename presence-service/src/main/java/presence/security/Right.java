package presence.security;

/** What a token may allow on a board. In a token the name in lower case. */
public enum Right {
    /** To be a member, listed, with cursor and state; and to observe. */
    JOIN,
    /** To watch without being listed. */
    OBSERVE,
    /** To send signals. */
    SIGNAL
}
