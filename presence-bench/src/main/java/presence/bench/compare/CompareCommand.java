package presence.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import presence.bench.measure.TestBed;
import presence.bench.peer.Protocol;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.RedisProcess;
import presence.bench.process.Server;
import presence.bench.swarm.Spacing;
import presence.bench.swarm.SwarmProcess;

/** Compares the service's cost with that of other servers under the same load. */
@Command(
        name = "compare",
        description = {
            "Loads the service and comparable servers with the same swarm, in turns, and prints Markdown tables of medians.",
            "The servers run on core 0, the swarm and Redis on core 1. Node.js, npm, Go, cc and redis-server are used where"
                    + " they are on the PATH; what is missing is said."
        },
        footer = {"", "Example: presence-bench compare --only 20x10 --peers ours,uwebsockets --rounds 1"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class CompareCommand implements Callable<Integer> {
    private static final int TICK_HZ = 30;

    @Mixin
    private TestBed testBed = new TestBed("-XX:+UseSerialGC -Xmx512m", 30, 8);

    @Option(names = "--before", description = "a second build of the service, measured beside it", paramLabel = "JAR")
    private @Nullable Path before;

    @Option(names = "--only", split = ",", description = "these loads; all unless given", paramLabel = "NAME")
    private List<String> only = List.of();

    @Option(names = "--peers", split = ",", description = "these servers; all unless given", paramLabel = "NAME")
    private List<String> peers = List.of();

    @Option(names = "--spacing", description = "of the moves: ${COMPLETION-CANDIDATES}")
    private Spacing spacing = Spacing.EVEN;

    @Option(names = "--peer-warmup", description = "seconds a swarm moves before it measures another server")
    private int peerWarmup = 15;

    @Option(names = "--folder", description = "where the other servers are installed")
    private Path folder = Path.of("presence-bench", "target", "peers");

    @Option(names = "--rounds", description = "times each server is measured")
    private int rounds = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds is " + rounds + ", but must be at least 1");
        }
        List<Peer> all = all(new PeerPrograms(folder));
        Peer own = all.get(0);
        List<Peer> chosenPeers = chosen("--peers", peers, all, Peer::name);
        List<Comparison> loads = chosen("--only", only, Comparison.all(), Comparison::name);
        testBed.requireJar();
        for (Comparison load : loads) {
            ScoreTable table = new ScoreTable();
            for (int round = 1; round <= rounds; round++) {
                for (Peer peer : chosenPeers) {
                    measure(load, peer, round, table);
                }
            }
            System.out.printf(
                    "%n%s, moves %s%n%n", load.title(), spacing == Spacing.EVEN ? "evenly spaced" : "in bursts");
            System.out.println(table.markdown(own));
        }
        return 0;
    }

    private List<Peer> all(PeerPrograms programs) {
        Map<String, String> tick = Map.of("PRESENCE_TICK_HZ", Integer.toString(TICK_HZ));
        List<Peer> all = new ArrayList<>();
        all.add(new Peer("ours", "this service", Protocol.PRESENCE, true, redis -> testBed.service(with(tick, redis))));
        Path jar = before;
        if (jar != null) {
            Peer.Start start = redis -> testBed.service(jar, with(tick, redis));
            all.add(new Peer("before", "this service, before", Protocol.PRESENCE, true, start));
        }
        all.add(new Peer(
                "uwebsockets",
                "uWebSockets.js 20.30 (+ ioredis)",
                Protocol.RELAY,
                true,
                redis -> programs.node("uwebsockets.mjs", redis)));
        all.add(new Peer("ws", "ws 8.18 (+ ioredis)", Protocol.RELAY, true, redis -> programs.node("ws.mjs", redis)));
        all.add(new Peer(
                "socketio",
                "Socket.IO 4.8 (+ redis-adapter)",
                Protocol.SOCKETIO,
                true,
                redis -> programs.node("socketio.mjs", redis)));
        all.add(new Peer(
                "centrifugo",
                "Centrifugo " + PeerPrograms.CENTRIFUGO + ", protobuf",
                Protocol.CENTRIFUGO,
                true,
                programs::centrifugo));
        all.add(new Peer("floor", "a bare C server", Protocol.PRESENCE, false, redis -> programs.floor(TICK_HZ)));
        return all;
    }

    private static Map<String, String> with(Map<String, String> settings, @Nullable RedisProcess redis) {
        if (redis == null) {
            return settings;
        }
        Map<String, String> all = new HashMap<>(settings);
        all.put("REDIS_URL", redis.url());
        return all;
    }

    private <T> List<T> chosen(String option, List<String> wanted, List<T> all, Function<T, String> name) {
        List<String> names = all.stream().map(name).toList();
        for (String one : wanted) {
            if (!names.contains(one)) {
                throw new ParameterException(
                        spec.commandLine(), option + " is " + one + ", but must be among " + String.join(", ", names));
            }
        }
        return wanted.isEmpty()
                ? all
                : all.stream().filter(one -> wanted.contains(name.apply(one))).toList();
    }

    /** Notes in the table what cannot be measured here. */
    private void measure(Comparison load, Peer peer, int round, ScoreTable table)
            throws IOException, InterruptedException {
        if (table.isMissing(peer) || load.nodes() > 1 && !peer.joinsNodes()) {
            return;
        }
        TestBed.say("%s, %s, round %d of %d", load.name(), peer.name(), round, rounds);
        try (RedisProcess redis = load.nodes() > 1 ? testBed.redis() : null) {
            List<Server> servers = new ArrayList<>();
            try {
                for (int node = 0; node < load.nodes(); node++) {
                    servers.add(peer.start().node(redis));
                }
                boolean ours = peer.protocol() == Protocol.PRESENCE && peer.joinsNodes();
                int warmup = ours ? testBed.warmup : Math.min(peerWarmup, testBed.warmup);
                try (SwarmProcess swarm =
                        SwarmProcess.start(load.load(peer, spacing), warmup, testBed.seconds, servers)) {
                    Score score = Score.of(swarm.report());
                    TestBed.say("  %.3f us per delivered position", score.perDelivered());
                    table.add(peer, score);
                }
            } finally {
                servers.forEach(Server::close);
            }
        } catch (CannotMeasureException e) {
            String why = String.valueOf(e.getMessage());
            TestBed.say("  %s", why);
            table.cannot(peer, why);
        }
    }
}
