package presence.bench;

import java.net.URI;

/** A running server that a swarm can load. */
interface Server extends AutoCloseable {
    long pid();

    URI url();

    /** Ends the process. */
    @Override
    void close();
}
