package presence.fault;

import java.util.Random;

/** A cluster and its crowd, and what decides by chance what happens to them. */
record Stage(Cluster cluster, Crowd crowd, Scale scale, Random random) implements AutoCloseable {

    Place anyPlace() {
        return cluster.anyOpen(random);
    }

    @Override
    public void close() {
        crowd.close();
        cluster.close();
    }
}
