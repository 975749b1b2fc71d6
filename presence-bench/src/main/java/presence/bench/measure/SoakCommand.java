package presence.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmProcess;

/** Tests whether the memory of a node under load grows while users come and go. */
@Command(
        name = "soak",
        description = {
            "Loads a service for long while users come and go, and samples its live heap, buffers, RSS and open files.",
            "Flat means that the last third is as high as the first. Ends with 1 where something is not flat."
        },
        footer = {"", "Example: presence-bench soak --minutes 10 --churn 20"},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
public final class SoakCommand implements Callable<Integer> {
    private static final int NOT_FLAT = 1;
    private static final double SLACK_KIB = 1_024;
    private static final double SLACK_FILES = 10;

    @Mixin
    private TestBed testBed = new TestBed();

    @Option(names = "--minutes", description = "how long to look, after the warm-up")
    private double minutes = 10;

    @Option(names = "--every", description = "seconds from sample to sample")
    private double every = 10;

    @Option(names = "--boards", description = "number of boards")
    private int boards = 50;

    @Option(names = "--users", description = "users on each board")
    private int users = 10;

    @Option(names = "--hz", description = "moves per second and user")
    private double hz = 10;

    @Option(names = "--churn", description = "users that leave and rejoin, per second")
    private double churn = 20;

    @Override
    public Integer call() throws IOException, InterruptedException {
        testBed.requireJar();
        Load load = Load.of(boards, users, hz).with("--churn", Double.toString(churn));
        List<Sample> samples = new ArrayList<>();
        System.out.println(Sample.HEADER);
        try (ServiceProcess service = testBed.service(Map.of(), List.of("-XX:NativeMemoryTracking=summary"));
                SwarmProcess swarm =
                        SwarmProcess.start(load, testBed.warmup, 86_400 - testBed.warmup, List.of(service))) {
            swarm.awaitJoined(List.of(service), load.allUsers());
            swarm.runOn(testBed.warmup);
            long started = System.nanoTime();
            for (int i = 1; i * every <= minutes * 60; i++) {
                swarm.runOn(Math.max(0, i * every - secondsSince(started)));
                Sample sample = Sample.of(service, secondsSince(started));
                samples.add(sample);
                System.out.println(sample);
            }
        }
        boolean flat = isFlat("heap KiB", samples, Sample::heapKib, SLACK_KIB)
                & isFlat("direct KiB", samples, Sample::directKib, SLACK_KIB)
                & isFlat("RSS KiB", samples, Sample::rssKib, SLACK_KIB)
                & isFlat("files", samples, Sample::files, SLACK_FILES);
        return flat ? 0 : NOT_FLAT;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static boolean isFlat(String name, List<Sample> samples, ToDoubleFunction<Sample> value, double slack) {
        Trend trend = Trend.of(samples.stream().map(value::applyAsDouble).toList(), slack);
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %s, first third %,.0f, last third %,.0f",
                name,
                trend.isFlat() ? "flat" : "NOT FLAT",
                trend.first(),
                trend.last()));
        return trend.isFlat();
    }
}
