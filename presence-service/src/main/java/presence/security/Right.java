package presence.security;

/** A right on a board; tokens contain its name in lower case. */
public enum Right {
    /** To be a listed member with cursor and state, and to observe. */
    JOIN,
    /** To watch without being listed. */
    OBSERVE,
    /** To see how many and who is on a board, without being connected to it. */
    WATCH,
    /** To send signals. */
    SIGNAL,
    /** To hold locks. */
    LOCK
}
