package presence.fault;

import java.util.List;
import java.util.Random;

/** A cluster with its simulated users, the tap on its channels and the source of randomness. */
record FaultFixture(Cluster cluster, SimulatedUsers users, Tap tap, Scale scale, Random random)
        implements AutoCloseable {

    static FaultFixture on(Cluster cluster, int people, int boards, Scale scale, Random random) {
        SimulatedUsers users =
                new SimulatedUsers(cluster, people, boards, scale.of(Scale.GRACE), new Random(random.nextLong()));
        return new FaultFixture(cluster, users, new Tap(cluster.redisUrl()), scale, new Random(random.nextLong()));
    }

    /** Picks the place of the next fault, one with users. */
    Place anyPlace() {
        List<Place> busy = users.busyPlaces();
        return busy.isEmpty() ? cluster.anyOpen(random) : busy.get(random.nextInt(busy.size()));
    }

    @Override
    public void close() {
        users.close();
        tap.close();
        cluster.close();
    }
}
