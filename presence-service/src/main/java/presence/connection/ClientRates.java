package presence.connection;

/**
 * Limits on what a client may send per second; 0 = no limit.
 *
 * @param bytes of all frames
 * @param resumes joins with a resume key
 * @param locks lock and unlock frames
 * @param eventBytes of joins, states and signals, which a node forwards without merging them
 */
public record ClientRates(
        int frames,
        int bytes,
        int joins,
        int resumes,
        int signals,
        int states,
        int eventBytes,
        int reactions,
        int rosterPages,
        int locks) {}
