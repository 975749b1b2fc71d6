package presence.bench.swarm;

/** How the moves of a swarm follow each other. */
public enum Spacing {
    /** One at a time, all equally far apart: the server is woken for nearly every move, as by independent people. */
    EVEN,
    /** Those of a millisecond together: the server reads several per wake-up. */
    BURSTS
}
