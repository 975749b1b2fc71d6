package presence.fault;

import java.util.List;
import java.util.Random;

/** A cluster, its crowd and who listens in, and what decides by chance what happens to them. */
record FaultFixture(Cluster cluster, SimulatedUsers crowd, Tap tap, Scale scale, Random random)
        implements AutoCloseable {

    static FaultFixture on(Cluster cluster, int people, int boards, Scale scale, Random random) {
        SimulatedUsers crowd =
                new SimulatedUsers(cluster, people, boards, scale.of(Scale.GRACE), new Random(random.nextLong()));
        return new FaultFixture(cluster, crowd, new Tap(cluster.redisUrl()), scale, new Random(random.nextLong()));
    }

    /** Where the next fault strikes: somewhere with people. */
    Place anyPlace() {
        List<Place> busy = crowd.busyPlaces();
        return busy.isEmpty() ? cluster.anyOpen(random) : busy.get(random.nextInt(busy.size()));
    }

    @Override
    public void close() {
        crowd.close();
        tap.close();
        cluster.close();
    }
}
