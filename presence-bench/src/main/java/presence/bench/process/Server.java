package presence.bench.process;

import java.net.URI;

/** A running server that a swarm can load. */
public interface Server extends AutoCloseable {
    long pid();

    URI url();

    /** Ends the process. */
    @Override
    void close();
}
