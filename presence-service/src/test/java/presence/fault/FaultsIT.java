package presence.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import presence.testing.process.RedisServer;

/**
 * Injects every fault and checks the rosters and invariants within its bound. The short form runs each once and one
 * pair; the package's documentation describes the long forms. Rounds on clusters of their own run in parallel with the
 * rounds on the shared cluster.
 */
@Tag("fault")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
    private static final int NODES = 3;
    private static final int PEOPLE = 30;
    private static final int BOARDS = 5;
    private static final int PAIRS = 1;
    /** In a long run, one of this many rounds has two faults. */
    private static final int PAIR_EVERY = 4;

    private static final Duration AFTER_LINGER = Duration.ofSeconds(5);

    private final long seed = Long.getLong("presence.fault.seed", System.nanoTime() & 0xFFFFFF);
    private final Scale scale = new Scale(Integer.getInteger("presence.fault.scale", 4));
    private final Random random = new Random(seed);
    /** Randomness of the rounds on clusters of their own. */
    private final Random randomAlone = new Random(seed + 1);

    private final ExecutorService onSharedCluster = Executors.newSingleThreadExecutor();
    private final ExecutorService onOwnCluster = Executors.newSingleThreadExecutor();
    private final FaultTable table = new FaultTable("seed " + seed + ", time constants / " + scale.divisor());
    private final Path artifacts = Path.of(System.getProperty("presence.artifacts"));
    private @Nullable FaultFixture shared;

    @TestFactory
    Stream<DynamicTest> faults() {
        System.out.println("[fault] " + again());
        List<List<Fault>> rounds = rounds();
        List<DynamicTest> tests = new ArrayList<>(IntStream.range(0, rounds.size())
                .mapToObj(i -> {
                    List<Fault> faults = rounds.get(i);
                    return test(
                            (i + 1) + " of " + rounds.size() + ": " + Round.title(faults) + " " + faults,
                            needsOwnCluster(faults) ? onOwnCluster : onSharedCluster,
                            () -> round(i + 1, faults));
                })
                .toList());
        tests.add(test("windows are filtered", onSharedCluster, this::windowsAreFiltered));
        tests.add(test(
                "after the linger only who needs a board subscribes to it",
                onSharedCluster,
                this::onlyNeededSubscriptionsRemain));
        onSharedCluster.shutdown();
        onOwnCluster.shutdown();
        return tests.stream();
    }

    private static DynamicTest test(String name, ExecutorService where, Runnable body) {
        Future<?> running = where.submit(body);
        return DynamicTest.dynamicTest(name, () -> {
            try {
                running.get();
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        });
    }

    private static boolean needsOwnCluster(List<Fault> faults) {
        Fault first = faults.get(0);
        return first.needsSentinels() || first.needsShards() || first.isAlone();
    }

    private List<List<Fault>> rounds() {
        List<Fault> chosen = chosen();
        List<List<Fault>> rounds = new ArrayList<>();
        int random = Integer.getInteger("presence.fault.rounds", 0);
        for (int i = 0; i < random; i++) {
            rounds.add(i % PAIR_EVERY == PAIR_EVERY - 1 ? pair(chosen) : List.of(anyOf(chosen)));
        }
        if (random == 0) {
            for (int i = 0; i < Integer.getInteger("presence.fault.each", 1); i++) {
                chosen.forEach(fault -> rounds.add(List.of(fault)));
            }
            for (int i = 0; i < PAIRS && chosen.size() == Fault.values().length; i++) {
                rounds.add(pair(chosen));
            }
        }
        return rounds;
    }

    private static List<Fault> chosen() {
        String only = System.getProperty("presence.fault.only", "");
        return only.isBlank()
                ? List.of(Fault.values())
                : Arrays.stream(only.split(","))
                        .map(String::trim)
                        .map(Fault::valueOf)
                        .toList();
    }

    private List<Fault> pair(List<Fault> chosen) {
        List<Fault> combining = chosen.stream().filter(Fault::combines).toList();
        Fault first = anyOf(combining.isEmpty() ? chosen : combining);
        List<Fault> others = combining.stream().filter(first::combinesWith).toList();
        return others.isEmpty()
                ? List.of(first)
                : Stream.of(first, anyOf(others))
                        .sorted(Comparator.comparing(Fault::comesLast))
                        .toList();
    }

    private Fault anyOf(List<Fault> faults) {
        return faults.get(random.nextInt(faults.size()));
    }

    private void round(int number, List<Fault> faults) {
        Duration downAfter = scale.of(Fault.DOWN_AFTER);
        if (faults.get(0).needsSentinels()) {
            alone(number, faults, Cluster.startWithSentinels(NODES, scale, downAfter));
            return;
        }
        if (faults.get(0).needsShards()) {
            boolean sharded = faults.get(0).needsShardedChannels();
            if (sharded) {
                RedisServer.assumeShardedChannels(faults.toString());
            }
            alone(number, faults, Cluster.startWithShards(NODES, scale, downAfter, sharded));
            return;
        }
        if (faults.get(0).isAlone()) {
            alone(number, faults, Cluster.start(NODES, scale));
            return;
        }
        FaultFixture fixture = shared == null ? start(Cluster.start(NODES, scale), random) : shared;
        // The next round may use it only if this one succeeds.
        shared = null;
        Round round = new Round(fixture, faults, table);
        try {
            run(number, faults, fixture, round);
        } finally {
            if (round.leavesFixtureFit()) {
                shared = fixture;
            } else {
                fixture.close();
            }
        }
    }

    /** Runs a round on a cluster of its own. */
    private void alone(int number, List<Fault> faults, Cluster cluster) {
        try (FaultFixture fixture = start(cluster, randomAlone)) {
            run(number, faults, fixture, new Round(fixture, faults, table));
        }
    }

    private void run(int number, List<Fault> faults, FaultFixture fixture, Round round) {
        long start = System.nanoTime();
        List<String> wrong;
        try {
            wrong = round.run();
        } catch (RuntimeException | Error e) {
            keepLogs(number, fixture);
            throw new AssertionError(faults + " could not be tried: " + e + "; " + again(), e);
        }
        System.out.printf(
                "[fault] round %d %s: %s in %d ms%n",
                number, faults, wrong.isEmpty() ? "fine" : "WRONG", (System.nanoTime() - start) / 1_000_000);
        if (!wrong.isEmpty()) {
            keepLogs(number, fixture);
            // Printed at once, because a long run is watched before it ends.
            System.out.println(Round.shown(wrong));
            fail("round " + number + " " + faults + ", " + again() + "\n" + Round.shown(wrong));
        }
    }

    private void keepLogs(int number, FaultFixture fixture) {
        Path directory = artifacts.resolve("fault-round-" + number);
        fixture.cluster().keepLogs(directory);
        try {
            fixture.tap().writeTo(directory.resolve("envelopes.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FaultFixture start(Cluster cluster, Random random) {
        FaultFixture fixture = FaultFixture.on(cluster, PEOPLE, BOARDS, scale, random);
        fixture.users().fill();
        Convergence filled =
                Convergence.await(() -> fixture.users().differences(Visibility.CLEAR), Duration.ofSeconds(20));
        if (!filled.isReached()) {
            cluster.keepLogs(artifacts.resolve("fault-start"));
            fixture.close();
            fail("not exact before any fault; " + again() + "\n" + Round.shown(filled.remaining()));
        }
        return fixture;
    }

    private FaultFixture fitFixture() {
        FaultFixture fixture = shared;
        if (fixture == null) {
            fixture = start(Cluster.start(NODES, scale), random);
            shared = fixture;
            fixture.users().churn(100);
        }
        return fixture;
    }

    /** Without this, the rounds would say nothing about windows. */
    private void windowsAreFiltered() {
        FaultFixture fixture = fitFixture();
        Convergence filtered = Convergence.await(
                () -> {
                    fixture.users().churn(50);
                    return fixture.cluster().places().stream()
                                    .filter(Place::isOpen)
                                    .anyMatch(place -> place.node().metric("presence_positions_filtered_total") > 0)
                            ? List.of()
                            : List.of("no position was left out");
                },
                Duration.ofSeconds(30));
        assertThat(filtered.remaining()).as(again()).isEmpty();
    }

    private void onlyNeededSubscriptionsRemain() {
        FaultFixture fixture = fitFixture();
        Duration linger = scale.of(Scale.LINGER).plus(AFTER_LINGER);
        Convergence measured = Convergence.await(new Invariants(fixture)::unneededSubscriptions, linger);
        assertThat(measured.remaining()).as(again()).isEmpty();
        assertThat(measured.after()).as(again()).isLessThanOrEqualTo(linger);
    }

    private String again() {
        return "seed " + seed + ", again with -Dpresence.fault.seed=" + seed;
    }

    @AfterAll
    void close() {
        if (shared != null) {
            shared.close();
        }
        System.out.println(table);
        table.writeTo(artifacts.resolve("fault-table.md"));
    }
}
