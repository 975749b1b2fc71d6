package presence.security;

/** What came of files or keys that changed. */
enum Reload {
    TAKEN,
    /** Those before stay in use. */
    FAILED
}
