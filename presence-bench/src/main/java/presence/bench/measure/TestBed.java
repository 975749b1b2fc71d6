package presence.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import presence.bench.process.CannotMeasureException;
import presence.bench.process.Children;
import presence.bench.process.Programs;
import presence.bench.process.RedisProcess;
import presence.bench.process.Server;
import presence.bench.process.ServiceProcess;
import presence.bench.swarm.Load;
import presence.bench.swarm.SwarmProcess;
import presence.bench.swarm.SwarmReport;

/** The options of a measurement: which service, how it is started, how long it is measured. */
public final class TestBed {
    private static final Pattern VERSION = Pattern.compile("version \"(\\d+)");

    private static final int SHORT_WARMUP = 12;
    private static final int SHORT_SECONDS = 6;

    @Option(names = "--service", description = "jar of the service", paramLabel = "JAR")
    private Path jar = Path.of("presence-service", "target", "presence-service.jar");

    @Option(names = "--java", description = "java that runs the service; this one's unless given")
    private Path java = Programs.java();

    @Option(names = "--java-options", description = "options of the service's JVM")
    private String javaOptions;

    @Option(names = "--redis", description = "redis-server to start; the one on the PATH unless given")
    private @Nullable Path redis;

    @Option(names = "--warmup", description = "seconds a swarm moves before it measures")
    public int warmup;

    @Option(names = "--seconds", description = "seconds it measures")
    public int seconds;

    public TestBed() {
        this("-XX:+UseSerialGC -Xmx512m", 45, 20);
    }

    /** Creates one with other defaults. */
    public TestBed(String javaOptions, int warmup, int seconds) {
        this.javaOptions = javaOptions;
        this.warmup = warmup;
        this.seconds = seconds;
    }

    Path jar() {
        return jar;
    }

    /** Sets the times of {@code budgets --short}, with which two builds take five minutes. */
    void shorten() {
        warmup = SHORT_WARMUP;
        seconds = SHORT_SECONDS;
    }

    /** Returns the same with another build of the service. */
    TestBed with(Path build) {
        TestBed other = new TestBed(javaOptions, warmup, seconds);
        other.jar = build;
        other.java = java;
        other.redis = redis;
        return other;
    }

    /** Starts a node with these settings. */
    public ServiceProcess service(Map<String, String> settings) throws IOException, InterruptedException {
        return service(settings, List.of());
    }

    /** Starts a node of another build. */
    public ServiceProcess service(Path build, Map<String, String> settings) throws IOException, InterruptedException {
        return service(build, settings, List.of());
    }

    public ServiceProcess service(Map<String, String> settings, List<String> moreJavaOptions)
            throws IOException, InterruptedException {
        requireJar();
        return service(jar, settings, moreJavaOptions);
    }

    private ServiceProcess service(Path build, Map<String, String> settings, List<String> moreJavaOptions)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(moreJavaOptions);
        if (!javaOptions.isBlank()) {
            options.addAll(List.of(javaOptions.trim().split("\\s+")));
        }
        return ServiceProcess.start(java, options, build, settings);
    }

    /** @throws CannotMeasureException if there is no service to measure */
    public void requireJar() {
        if (!Files.isRegularFile(jar)) {
            throw new CannotMeasureException("no service at " + jar + ": build it, or say where with --service");
        }
    }

    public RedisProcess redis() throws IOException, InterruptedException {
        Path binary = redis == null ? Programs.onPath("redis-server") : redis;
        if (binary == null) {
            throw new CannotMeasureException("no redis-server on the PATH: install one, or say where with --redis");
        }
        return RedisProcess.start(binary);
    }

    /** Runs a swarm against these servers and returns its report. */
    SwarmReport swarm(Load load, List<? extends Server> servers) throws IOException, InterruptedException {
        try (SwarmProcess swarm = SwarmProcess.start(load, warmup, seconds, servers)) {
            return swarm.report();
        }
    }

    /** Returns the feature release of the Java that runs the service. */
    int javaRelease() throws IOException, InterruptedException {
        Process asked = Children.start(new ProcessBuilder(java.toString(), "-version").redirectErrorStream(true));
        String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher version = VERSION.matcher(answer);
        if (asked.waitFor() != 0 || !version.find()) {
            throw new CannotMeasureException(java + " -version prints: " + answer.strip());
        }
        return Integer.parseInt(version.group(1));
    }

    public static void say(String format, Object... values) {
        System.err.println(String.format(Locale.ROOT, format, values));
    }
}
