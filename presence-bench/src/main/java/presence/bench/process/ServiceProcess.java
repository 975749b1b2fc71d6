package presence.bench.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A node of the service in a JVM of its own, ready for load. */
public final class ServiceProcess implements Server {
    private static final Pattern READY = Pattern.compile(" ready node=\\S+ wsPort=(\\d+) opsPort=(\\d+)");
    private static final int START_SECONDS = 60;
    /** Shared by all: a connection per request would count among the service's open files. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final JavaMonitor monitor;
    private final String scheme;
    private final int port;
    private static final int SCRAPES = 10;

    private final int opsPort;
    private final double startSeconds;

    private ServiceProcess(
            Process process, JavaMonitor monitor, String scheme, MatchResult ready, double startSeconds) {
        this.process = process;
        this.scheme = scheme;
        this.monitor = monitor;
        this.port = Integer.parseInt(ready.group(1));
        this.opsPort = Integer.parseInt(ready.group(2));
        this.startSeconds = startSeconds;
    }

    /**
     * Starts the jar on the servers' core and waits for its log line "ready".
     *
     * @param settings environment variables of the service
     */
    public static ServiceProcess start(Path java, List<String> javaOptions, Path jar, Map<String, String> settings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toString()));
        ProcessBuilder builder = new ProcessBuilder(Core.SERVERS.run(command)).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        // Settings of an operator's own nodes must not apply to this one.
        environment.keySet().removeIf(name -> name.startsWith("PRESENCE_") || name.equals("REDIS_URL"));
        environment.putAll(Map.of(
                "WS_PORT", "0",
                "OPS_PORT", "0",
                "PRESENCE_BIND", "127.0.0.1",
                "PRESENCE_EVENT_LOOPS", "1",
                "PRESENCE_DRAIN_MS", "0",
                "LOG_FORMAT", "text",
                "LOG_LEVEL", "info"));
        environment.putAll(settings);
        long launched = System.nanoTime();
        Process process = Children.start(builder);
        ProcessOutput output = new ProcessOutput(process.getInputStream(), READY);
        try {
            MatchResult ready = output.await(START_SECONDS, jar.getFileName().toString());
            double seconds = (System.nanoTime() - launched) / 1e9;
            String scheme = settings.containsKey("PRESENCE_TLS_CERT") ? "wss" : "ws";
            return new ServiceProcess(process, JavaMonitor.of(java, process.pid()), scheme, ready, seconds);
        } catch (CannotMeasureException e) {
            Children.end(process);
            throw e;
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public URI url() {
        return URI.create(scheme + "://127.0.0.1:" + port + "/ws");
    }

    /** Returns the time from the start of the process to its log line "ready". */
    public double startSeconds() {
        return startSeconds;
    }

    public ProcessUsage usage() throws IOException {
        return ProcessUsage.of(process.pid());
    }

    public JavaMonitor monitor() {
        return monitor;
    }

    /** Returns all metrics, by name and labels in Prometheus' format. */
    public Map<String, Double> metrics() throws IOException, InterruptedException {
        for (int failed = 0; ; failed++) {
            try {
                return scrape();
            } catch (IOException e) {
                // The port may be under attack: a later scrape may succeed.
                if (failed >= SCRAPES) {
                    throw e;
                }
            }
        }
    }

    private Map<String, Double> scrape() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + opsPort + "/metrics"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
    }

    /** Returns the sum over a metric's labels; {@code name} in Prometheus' format may include the first labels. */
    public double metric(String name) throws IOException, InterruptedException {
        return metrics().entrySet().stream()
                .filter(metric -> metric.getKey().startsWith(name))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** Asks the process to end, like an orchestrator, and waits for its exit code. */
    public int terminate(int patienceSeconds) throws InterruptedException {
        process.toHandle().destroy();
        if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
            close();
            throw new CannotMeasureException("the node has not ended after " + patienceSeconds + " s");
        }
        return process.exitValue();
    }

    /** Kills the process, like a machine that fails. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public int port() {
        return port;
    }

    public int opsPort() {
        return opsPort;
    }

    @Override
    public void close() {
        Children.end(process);
    }
}
