package presence.fault;

import java.util.Random;

/** A cluster, its crowd and who listens in, and what decides by chance what happens to them. */
record Stage(Cluster cluster, Crowd crowd, Tap tap, Scale scale, Random random) implements AutoCloseable {

    Place anyPlace() {
        return cluster.anyOpen(random);
    }

    @Override
    public void close() {
        crowd.close();
        tap.close();
        cluster.close();
    }
}
