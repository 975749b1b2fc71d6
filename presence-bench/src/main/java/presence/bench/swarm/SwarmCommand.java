package presence.bench.swarm;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import presence.bench.peer.Protocol;
import presence.bench.process.ProcessUsage;

/** Loads a service with users and reports what they saw and its cost. */
@Command(
        name = "swarm",
        description = {
            "Loads a service with moving users, and reports what they saw and its cost.",
            "Ends with 1 where a connection failed, a roster or counts were wrong at the end, or a client with a"
                    + " window",
            "got something else than what it shows."
        },
        footer = {
            "",
            "Example: presence-bench swarm --boards 20 --users 10 --hz 20 --pid $(pgrep -f presence-service.jar)"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class SwarmCommand implements Callable<Integer> {
    private static final int FLAWED = 1;

    @Option(names = "--url", description = "where to connect; with several, users are spread over them")
    private List<URI> urls = List.of(URI.create("ws://127.0.0.1:3001/ws"));

    @Option(names = "--by-board", description = "connect all users of a board to the same one")
    private boolean byBoard;

    @Option(names = "--boards", description = "number of boards")
    private int boards = 20;

    @Option(names = "--users", description = "users on each board")
    private int users = 10;

    @Option(names = "--movers", description = "users of each board that move; all unless given")
    private @Nullable Integer movers;

    @Option(names = "--hz", description = "moves per second and mover")
    private double hz = 20;

    @Option(
            names = "--spacing",
            description = "of the moves: ${COMPLETION-CANDIDATES} (those of a millisecond together)")
    private Spacing spacing = Spacing.BURSTS;

    @Option(names = "--protocol", description = "of the server: ${COMPLETION-CANDIDATES}")
    private Protocol protocol = Protocol.PRESENCE;

    @Option(names = "--idle", description = "no moves: join and heartbeat only")
    private boolean idle;

    @Option(names = "--storm", description = "connect, join, check the rosters, and end")
    private boolean storm;

    @Option(names = "--seconds", description = "how long to measure")
    private int seconds = 30;

    @Option(names = "--warmup", description = "seconds before that")
    private int warmup = 5;

    @Option(names = "--stalled", description = "share of users that stop reading, 0 to 1")
    private double stalled;

    @Option(names = "--churn", description = "users that leave and rejoin, per second")
    private double churn;

    @Option(names = "--connecting", description = "handshakes and joins in progress at a time")
    private int connecting = 100;

    @Option(names = "--threads", description = "event loops of the swarm")
    private int threads = 1;

    @Option(
            names = "--patience-ms",
            description = "a position that is neither seen nor superseded by a newer one within this time is lost")
    private int patienceMs = 250;

    @Mixin
    private CrowdOptions crowd = new CrowdOptions();

    // Unique per run, so that members left behind by a killed run are on other boards.
    @Option(names = "--board-prefix", description = "first part of the boards' names")
    private String prefix = "swarm-" + ProcessHandle.current().pid() + "-";

    @Option(names = "--pid", description = "process of a server, to report its CPU and memory; several may be given")
    private List<Long> pids = List.of();

    @Option(names = "--json", description = "print the report as JSON, and nothing else")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private SwarmPlan plan() {
        int moving = movers == null ? users : movers;
        double rate = idle ? 0 : hz;
        try {
            return new SwarmPlan(
                    urls,
                    byBoard,
                    prefix,
                    boards,
                    users,
                    moving,
                    rate,
                    spacing,
                    protocol,
                    warmup,
                    seconds,
                    stalled,
                    churn,
                    connecting,
                    threads,
                    patienceMs,
                    crowd.crowd());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    @Override
    public Integer call() throws IOException {
        SwarmPlan plan = plan();
        try (Swarm swarm = new Swarm(plan)) {
            SwarmReport report = run(swarm, plan);
            System.out.println(
                    json ? new GsonBuilder().setPrettyPrinting().create().toJson(report) : report.table());
            return report.isFlawless() ? 0 : FLAWED;
        }
    }

    private SwarmReport run(Swarm swarm, SwarmPlan plan) throws IOException {
        Map<Long, ProcessUsage> atStart = usage();
        long startNanos = System.nanoTime();
        swarm.open();
        while (!swarm.isOpen()) {
            pause(5);
        }
        awaitRosters(swarm);
        double opening = (System.nanoTime() - startNanos) / 1e9;
        Map<Long, ProcessUsage> opened = usage();
        double joinsPerSecond = swarm.joinedCount() / opening;
        Double perCpu = pids.isEmpty() ? null : swarm.joinedCount() / Math.max(0.01, cpuSeconds(atStart, opened));
        progress("%,d joined in %.2f s", swarm.joinedCount(), opening);

        if (!storm) {
            swarm.start();
            watch(swarm, plan.warmupSeconds(), false);
        }
        swarm.forget();
        Map<Long, ProcessUsage> before = usage();
        double swarmCpu = ownCpuSeconds();
        long measuredNanos = System.nanoTime();
        if (!storm) {
            watch(swarm, plan.seconds(), true);
        }
        double measured = (System.nanoTime() - measuredNanos) / 1e9;
        Map<Long, ProcessUsage> after = usage();
        swarmCpu = ownCpuSeconds() - swarmCpu;
        Tally counted = swarm.tally();
        Tally observers = swarm.observerTally();
        swarm.stop();
        awaitPositions(swarm, plan);
        awaitRosters(swarm);
        swarm.failInexact();
        Tally all = swarm.tally();
        all.add(swarm.observerTally());
        long lost = all.lost + swarm.missing();
        CrowdReport extra =
                CrowdReport.of(plan, counted, observers, measured, all, swarm.countErrors(), swarm.watchErrors());
        counted.addCounters(observers);
        return report(swarm, counted, lost, joinsPerSecond, perCpu, measured, swarmCpu, before, after, extra);
    }

    private SwarmReport report(
            Swarm swarm,
            Tally counted,
            long lost,
            double joinsPerSecond,
            @Nullable Double perCpu,
            double measured,
            double swarmCpu,
            Map<Long, ProcessUsage> before,
            Map<Long, ProcessUsage> after,
            @Nullable CrowdReport extra) {
        Map<Long, SwarmReport.Server> servers = new LinkedHashMap<>();
        after.forEach((pid, used) -> {
            ProcessUsage then = before.getOrDefault(pid, used);
            servers.put(
                    pid,
                    new SwarmReport.Server(
                            (used.cpuSeconds() - then.cpuSeconds()) / Math.max(0.001, measured), used.rssKib()));
        });
        double delivered = Math.max(1, counted.delivered);
        return new SwarmReport(
                swarm.joinedCount() - swarm.rejoinCount(),
                swarm.failureCount(),
                swarm.reasons(),
                joinsPerSecond,
                perCpu,
                measured,
                counted.sent,
                counted.delivered,
                counted.checked,
                counted.superseded,
                lost,
                swarm.rejoinCount(),
                swarm.rosterErrors(),
                SwarmReport.ageMs(counted.ages, 50),
                SwarmReport.ageMs(counted.ages, 99),
                SwarmReport.ageMs(counted.ages, 99.9),
                SwarmReport.ageMs(counted.ages, 100),
                counted.delivered == 0 ? 0 : counted.cursorBytes / delivered,
                counted.cursorFrames == 0 ? 0 : (double) counted.delivered / counted.cursorFrames,
                swarmCpu / Math.max(0.001, measured),
                servers,
                pids.isEmpty() || counted.delivered == 0 ? null : cpuSeconds(before, after) * 1e6 / delivered,
                extra);
    }

    /** Waits for the rosters and counts to converge; differences after five seconds are errors. */
    private static void awaitRosters(Swarm swarm) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (swarm.rosterErrors() + swarm.countErrors() + swarm.watchErrors() > 0 && System.nanoTime() < deadline) {
            pause(10);
        }
    }

    /** Waits for sent positions; those that have not arrived after twice the patience are lost. */
    private static void awaitPositions(Swarm swarm, SwarmPlan plan) {
        long deadline = System.nanoTime() + 2 * plan.patienceNanos();
        while (swarm.missing() > 0 && System.nanoTime() < deadline) {
            pause(10);
        }
    }

    private void watch(Swarm swarm, int forSeconds, boolean measuring) {
        long before = 0;
        for (int second = 1; second <= forSeconds; second++) {
            pause(1_000);
            Tally now = swarm.recent();
            progress(
                    "%s %3d/%d s  delivered %,d/s  age p50 %.1f ms  p99 %.1f ms  present %,d",
                    measuring ? "measuring" : "warming up",
                    second,
                    forSeconds,
                    now.delivered - before,
                    SwarmReport.ageMs(now.recentAges, 50),
                    SwarmReport.ageMs(now.recentAges, 99),
                    swarm.present());
            before = now.delivered;
        }
    }

    private void progress(String format, Object... values) {
        if (!json) {
            System.err.println(String.format(Locale.ROOT, format, values));
        }
    }

    private static void pause(long ms) {
        long until = System.nanoTime() + ms * 1_000_000;
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private Map<Long, ProcessUsage> usage() throws IOException {
        Map<Long, ProcessUsage> usage = new LinkedHashMap<>();
        for (long pid : pids) {
            usage.put(pid, ProcessUsage.of(pid));
        }
        return usage;
    }

    private static double cpuSeconds(Map<Long, ProcessUsage> before, Map<Long, ProcessUsage> after) {
        double sum = 0;
        for (Map.Entry<Long, ProcessUsage> entry : after.entrySet()) {
            ProcessUsage then = before.getOrDefault(entry.getKey(), entry.getValue());
            sum += entry.getValue().cpuSeconds() - then.cpuSeconds();
        }
        return sum;
    }

    private static double ownCpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean own
                ? own.getProcessCpuTime() / 1e9
                : 0;
    }
}
