package presence.bench.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs HAProxy with the configuration of the docker folder before local nodes, on the load's core. */
public final class HaproxyProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final Path log;
    private final int port;

    private HaproxyProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** @param clients at most, at a time */
    public static HaproxyProcess start(Path binary, Path configuration, List<ServiceProcess> nodes, int clients)
            throws IOException, InterruptedException {
        int port = LocalPort.free();
        Path log = Files.createTempFile("presence-haproxy", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(Core.LOAD.run(List.of(binary.toString(), "-db", "-f", configuration.toString())));
        Map<String, String> environment = builder.environment();
        environment.put("PRESENCE_BALANCER_BIND", "127.0.0.1:" + port);
        environment.put("PRESENCE_MAXCONN", Integer.toString(clients));
        for (int i = 0; i < nodes.size(); i++) {
            environment.put(
                    "PRESENCE_NODE_" + (i + 1), "127.0.0.1:" + nodes.get(i).port());
        }
        HaproxyProcess haproxy = new HaproxyProcess(
                Children.start(builder.redirectErrorStream(true).redirectOutput(log.toFile())), log, port);
        haproxy.require(LocalPort.awaitListening(haproxy.process, port, PATIENCE_SECONDS), "HAProxy listens");
        return haproxy;
    }

    /** Waits until HAProxy's latest message about a node, counted from 1, is that it is UP or DOWN. */
    public void awaitNews(int node, String state) throws IOException, InterruptedException {
        String name = "Server nodes/node-" + node + " is ";
        boolean told = LocalPort.await(process, () -> news(name).startsWith(name + state), PATIENCE_SECONDS);
        require(told, "node-" + node + " is " + state + " to HAProxy");
    }

    private String news(String beginning) {
        return log().lines()
                .filter(line -> line.startsWith(beginning))
                .reduce((earlier, later) -> later)
                .orElse("");
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    private void require(boolean happened, String what) throws IOException {
        if (!happened) {
            String said = log();
            close();
            throw new CannotMeasureException("did not happen in time: " + what + "\n" + said);
        }
    }

    public URI url() {
        return URI.create("ws://127.0.0.1:" + port + "/ws");
    }

    /** Kills it: otherwise it would wait for its connections to end. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(log);
    }
}
