package presence.connection;

/**
 * How much a client may send per second; 0 = no limit.
 *
 * @param bytes of all frames
 * @param resumes joins with a resume key
 * @param eventBytes of joins, states and signals: of what a node passes on to others without merging it
 */
public record ClientRates(int frames, int bytes, int joins, int resumes, int signals, int states, int eventBytes) {}
