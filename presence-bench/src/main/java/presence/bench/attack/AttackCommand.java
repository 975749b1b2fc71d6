package presence.bench.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import presence.bench.measure.TestBed;
import presence.bench.peer.Protocol;
import presence.bench.process.Core;
import presence.bench.process.OpenFiles;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Crowd;
import presence.bench.swarm.Spacing;
import presence.bench.swarm.SwarmPlan;

/** Tests whether good users are affected when their service is attacked. */
@Command(
        name = "attack",
        description = {
            "Attacks a service in many ways, one after the other, while good users use it.",
            "Ends with 1 where one of them was disconnected or got no more positions, a roster was wrong when the "
                    + "attack was over, or the service did not notice."
        },
        footer = {"", "Example: presence-bench attack --only pings,silent --seconds 5"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class AttackCommand implements Callable<Integer> {
    private static final int HARMED = 1;
    private static final String PREFIX = "good-";
    private static final int PATIENCE_MS = 1_000;
    /** Descriptors the service needs besides its clients'. */
    private static final int SPARE_FILES = 500;
    /** A little longer than the grace period of attackers that vanish. */
    private static final int ROSTER_SECONDS = 30;
    /** Time for the service to notice, if the window is shorter: timeouts take their time. */
    private static final int NOTICE_SECONDS = 60;

    /** Users without deliveries for this long count as harmed, even if the window is shorter. */
    private static final int SERVED_SECONDS = 5;

    @Mixin
    private TestBed testBed = new TestBed("@docker/jvm.options -Xmx512m", 20, 10);

    @Option(names = "--only", split = ",", description = "attacks to make; all unless given")
    private List<String> only = List.of();

    @Option(names = "--list", description = "name the attacks, and end")
    private boolean list;

    @Option(names = "--boards", description = "boards of good users")
    private int boards = 50;

    @Option(names = "--users", description = "good users on each board")
    private int users = 10;

    @Option(names = "--hz", description = "moves per second and good user")
    private double hz = 10;

    @Option(names = "--scale", description = "of the attacks: 0.1 = a tenth of the connections")
    private double scale = 1;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "a setting of the service")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> names = Attacks.names();
        if (list) {
            names.forEach(System.out::println);
            return 0;
        }
        List<String> chosen = only.isEmpty() ? names : only;
        for (String name : chosen) {
            if (!names.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "--only is " + name + ", but must be among " + String.join(", ", names));
            }
        }
        Core.LOAD.take();
        try (ServiceProcess service = testBed.service(settings);
                GoodUsers good = new GoodUsers(plan(service.url()), service)) {
            good.watch(testBed.warmup, 0, () -> true);
            System.out.println(AttackRow.HEADER);
            boolean harmless = true;
            for (String name : chosen) {
                AttackRow row = attack(Attacks.named(name), service, good);
                System.out.println(row);
                harmless &= row.isHarmless();
            }
            return harmless ? 0 : HARMED;
        }
    }

    private SwarmPlan plan(URI url) {
        return new SwarmPlan(
                List.of(url),
                false,
                PREFIX,
                boards,
                users,
                users,
                hz,
                Spacing.BURSTS,
                Protocol.PRESENCE,
                testBed.warmup,
                testBed.seconds,
                0,
                0,
                100,
                1,
                PATIENCE_MS,
                Crowd.NONE);
    }

    private AttackRow attack(Attack attack, ServiceProcess service, GoodUsers good)
            throws IOException, InterruptedException {
        good.renew();
        service.monitor().collect();
        Map<String, Double> countedBefore = service.metrics();
        GoodUsers.Window before = good.watch(testBed.seconds, 0, () -> true);
        TestBed.say("attack %s", attack.name());
        GoodUsers.Window during;
        AttackReport made;
        boolean noticed;
        AttackTarget target = new AttackTarget(service.url(), service.opsPort(), PREFIX, boards);
        try (AttackProcess attackers = AttackProcess.start(attack, target, connections(attack))) {
            long started = System.nanoTime();
            during = good.watch(
                    testBed.seconds,
                    NOTICE_SECONDS,
                    () -> (good.areServed() || System.nanoTime() - started > TimeUnit.SECONDS.toNanos(SERVED_SECONDS))
                            && isNoticed(attack.trace(), service, countedBefore));
            noticed = isNoticed(attack.trace(), service, countedBefore);
            made = attackers.end();
        }
        long errors = good.rosterErrors(ROSTER_SECONDS);
        // A JVM keeps memory it once used until a collection is requested.
        service.monitor().collect();
        GoodUsers.Window after = good.watch(testBed.seconds, SERVED_SECONDS, good::areServed);
        return new AttackRow(
                attack.name(),
                made,
                before,
                during,
                after,
                good.lost(),
                good.reasons(),
                errors,
                noticed,
                AttackRow.moved(countedBefore, service.metrics()));
    }

    /** Returns the wanted number, bounded by the open files of the service and the attackers on this machine. */
    private int connections(Attack attack) throws IOException {
        long allowed = OpenFiles.limit() - SPARE_FILES - (long) boards * users;
        return (int) Math.max(1, Math.min(allowed, Math.round(attack.connections() * scale)));
    }

    private static boolean isNoticed(@Nullable String trace, ServiceProcess service, Map<String, Double> before) {
        if (trace == null) {
            return true;
        }
        try {
            return AttackRow.moved(before, service.metrics()).keySet().stream()
                    .anyMatch(metric -> metric.startsWith(trace));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
