package presence.fault;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import presence.testing.process.TcpProxy;

/** Faults of single clients: subscribers of Redis and users of a node. */
final class Clients {
    private static final Pattern PORT = Pattern.compile("\\baddr=127\\.0\\.0\\.1:(\\d+)\\b");
    private static final int JUNK_BYTES = 65_536;
    private static final int VANISHING = 4;

    private Clients() {}

    /** The ports of subscribers, from CLIENT LIST. */
    static Set<Integer> subscriberPorts(Cluster cluster) {
        Set<Integer> ports = new HashSet<>();
        Matcher matcher = PORT.matcher(String.join("\n", cluster.operator("CLIENT", "LIST", "TYPE", "pubsub")));
        while (matcher.find()) {
            ports.add(Integer.parseInt(matcher.group(1)));
        }
        return ports;
    }

    /** Stops a node briefly and publishes junk until Redis disconnects its subscriber. */
    static ActiveFault overflow(FaultFixture fixture, Place place) {
        Cluster cluster = fixture.cluster();
        cluster.operator("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 512kb 1");
        Set<Integer> victims = subscriberPorts(cluster);
        victims.retainAll(place.redis().serverSidePorts());
        if (victims.isEmpty()) {
            throw new IllegalStateException(place + " has no subscriber");
        }
        place.avoid(true);
        Awaitility.await("no user is connecting to " + place)
                .until(() -> !fixture.users().isOnTheWayTo(place));
        String junk = "x".repeat(JUNK_BYTES);
        long frozenAt = System.nanoTime();
        place.node().freeze();
        try {
            Awaitility.await("Redis disconnects the subscriber")
                    .pollDelay(Duration.ZERO)
                    .pollInterval(ofMillis(1))
                    .atMost(ofSeconds(20))
                    .until(() -> {
                        for (int i = 0; i < 20; i++) {
                            cluster.operator("PUBLISH", "presence:global", junk);
                        }
                        return !subscriberPorts(cluster).containsAll(victims);
                    });
        } finally {
            place.node().thaw();
            place.avoid(false);
        }
        // On a busy machine this can take longer than the others wait for a heartbeat.
        Duration patience = fixture.scale().of(Scale.LEASE.minus(Scale.NODE_HEARTBEAT));
        return new ActiveFault()
                .parted(System.nanoTime() - frozenAt > patience.toNanos())
                .thenCleanUp(
                        () -> cluster.operator("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60"));
    }

    /** Makes users vanish: their network drops all packets, including the close. */
    static ActiveFault vanish(FaultFixture fixture, Place place) {
        TcpProxy network = TcpProxy.to(place.node().publicPort());
        URI way = URI.create("ws://127.0.0.1:" + network.port() + "/ws");
        List<Person> people = fixture.users().detour(VANISHING, place, way);
        Awaitility.await("they have connected through that proxy")
                .atMost(ofSeconds(20))
                .pollInterval(ofMillis(10))
                .until(() -> fixture.users().differences(Visibility.CLEAR).isEmpty());
        network.blackHole(TcpProxy.Direction.BOTH);
        ActiveFault fault = new ActiveFault();
        fixture.users().vanish(people);
        return fault.parting(
                        "clients vanish without FIN: away",
                        Visibility.CLEAR,
                        Scale.HEARTBEAT.multipliedBy(5).dividedBy(2))
                .countsFromTheFault()
                .healedBy(() -> fixture.users().forgetVanished())
                .thenCleanUp(network::close);
    }
}
