package presence.bench.attack;

import org.jspecify.annotations.Nullable;

/** One kind of attack: the behaviour of each of its connections. Connections of an attack share one event loop. */
interface Attack {
    String name();

    /** Returns the number of concurrent connections; ended ones are replaced. The machine may allow fewer. */
    int connections();

    /** Returns the first part of the service's metrics that show the attack was noticed; null if there is none. */
    @Nullable String trace();

    /** Returns whether its connections read; otherwise as little as possible is buffered on their side. */
    default boolean reads() {
        return true;
    }

    /** Returns whether it targets the operators' port instead of the public one. */
    default boolean isForOperators() {
        return false;
    }

    /** Returns the number of addresses of this machine it uses in turn. */
    default int addresses() {
        return 8;
    }

    /** Starts the behaviour of a connection that is open. */
    void begin(AttackConnection connection);
}
