package presence.security;

/** The result of reloading changed files or keys. */
enum ReloadResult {
    TAKEN,
    /** The previous ones stay in use. */
    FAILED
}
