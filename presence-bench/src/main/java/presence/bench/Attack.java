package presence.bench;

import org.jspecify.annotations.Nullable;

/** One way to do harm: what each of its connections does. Connections of an attack share one event loop. */
interface Attack {
    String name();

    /** How many there are at a time, new ones for those that end; on a machine that allows them all. */
    int connections();

    /** First part of the service's metrics that say that it noticed; null where there is none. */
    @Nullable String trace();

    /** Whether its connections take what they are sent; else as little as possible waits on their side. */
    default boolean reads() {
        return true;
    }

    /** Whether it is for the operators' port instead of the public one. */
    default boolean isForOperators() {
        return false;
    }

    /** From how many addresses of this machine, one after the other. */
    default int addresses() {
        return 8;
    }

    /** The connection is there: what it does now, and from then on. */
    void begin(AttackConnection connection);
}
