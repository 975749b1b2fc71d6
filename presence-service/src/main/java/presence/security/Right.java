package presence.security;

/** A right on a board; tokens contain its name in lower case. */
public enum Right {
    /** To be a listed member with cursor and state, and to observe. */
    JOIN,
    /** To watch without being listed. */
    OBSERVE,
    /** To send signals. */
    SIGNAL
}
