package presence.security;

/** What came of files or keys that changed. */
enum ReloadResult {
    TAKEN,
    /** Those before stay in use. */
    FAILED
}
