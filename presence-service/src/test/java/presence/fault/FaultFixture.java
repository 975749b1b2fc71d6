package presence.fault;

import java.util.List;
import java.util.Random;

/** A cluster with its simulated users, the tap on its channels and the source of randomness. */
record FaultFixture(Cluster cluster, SimulatedUsers users, Tap tap, Scale scale, Random random)
        implements AutoCloseable {

    /** Taps the channels by a pattern. */
    static FaultFixture on(Cluster cluster, int people, int boards, Scale scale, Random random) {
        return on(cluster, Tap.subscribing(cluster.redisUrl()), people, boards, scale, random);
    }

    /** Taps one Redis without being a receiver; a restart of Redis ends the tap. */
    static FaultFixture unheardOn(Cluster cluster, int people, int boards, Scale scale, Random random) {
        return on(cluster, Tap.monitoring(cluster.redis().port()), people, boards, scale, random);
    }

    private static FaultFixture on(Cluster cluster, Tap tap, int people, int boards, Scale scale, Random random) {
        SimulatedUsers users =
                new SimulatedUsers(cluster, people, boards, scale.of(Scale.GRACE), new Random(random.nextLong()));
        return new FaultFixture(cluster, users, tap, scale, new Random(random.nextLong()));
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
