package presence.metrics;

/** What became of a request for a lock. */
public enum LockResult {
    GRANTED,
    RENEWED,
    DENIED,
    QUEUED,
    /** Refused: too many locks, or too many members wait. */
    LIMITED,
    /** Refused: Redis does not answer, or refuses writes. */
    UNAVAILABLE
}
