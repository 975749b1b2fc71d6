package presence.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import presence.testing.client.Resp;
import presence.testing.files.AclRule;

/** A Redis master, its replica, and three Sentinels that fail over when the master fails. */
public final class Sentinels implements AutoCloseable {
    private static final int COUNT = 3;
    private static final String MASTER = "presence-master";

    private final RedisServer first;
    private final RedisServer second;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private Sentinels(RedisServer first, RedisServer second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Starts them and waits until they know each other and the replica.
     *
     * @param downAfter silence after which the master is treated as down
     */
    public static Sentinels start(Duration downAfter) {
        RedisServer master = RedisServer.start();
        RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
        Sentinels sentinels = new Sentinels(master, replica);
        try {
            for (int i = 0; i < COUNT; i++) {
                sentinels.launch(downAfter);
            }
            Awaitility.await("the Sentinels know everyone")
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> sentinels.ports.stream().allMatch(Sentinels::knowsAll));
            return sentinels;
        } catch (IOException | RuntimeException e) {
            sentinels.close();
            throw new IllegalStateException("cannot start the Sentinels", e);
        }
    }

    private void launch(Duration downAfter) throws IOException {
        int port = Ports.free();
        Path directory = Files.createTempDirectory("presence-sentinel");
        Path configuration = directory.resolve("sentinel.conf");
        Files.write(
                configuration,
                List.of(
                        "port " + port,
                        "bind 127.0.0.1",
                        "protected-mode no",
                        "dir " + directory,
                        "sentinel monitor " + MASTER + " 127.0.0.1 " + first.port() + " 2",
                        "sentinel down-after-milliseconds " + MASTER + " " + downAfter.toMillis(),
                        "sentinel failover-timeout " + MASTER + " " + Math.max(1_000, 4 * downAfter.toMillis())));
        processes.add(Children.watched(new ProcessBuilder(RedisServer.binary(), configuration.toString(), "--sentinel")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sentinel.log").toFile())
                .start()));
        ports.add(port);
    }

    private static boolean knowsAll(int port) {
        List<String> answer = Resp.ask(port, "SENTINEL", "MASTER", MASTER);
        return field(answer, "num-slaves") == 1 && field(answer, "num-other-sentinels") == COUNT - 1;
    }

    private static int field(List<String> answer, String name) {
        int at = answer.indexOf(name);
        return at < 0 ? -1 : Integer.parseInt(answer.get(at + 1));
    }

    /** The server that all Sentinels report as master. */
    public RedisServer master() {
        return Awaitility.await("the Sentinels agree")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> ports.stream()
                                .map(port -> Resp.ask(port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER))
                                .collect(Collectors.toSet()),
                        answers ->
                                answers.size() == 1 && answers.iterator().next().size() == 2)
                .stream()
                .map(answer -> Integer.parseInt(answer.get(1)))
                .map(port -> port == first.port() ? first : second)
                .findFirst()
                .orElseThrow();
    }

    /** The URL for nodes. */
    public String url() {
        // The Sentinels themselves have no authentication.
        return AclRule.asNode(operatorUrl());
    }

    /** The URL for the test itself. */
    public String operatorUrl() {
        return "redis-sentinel://"
                + ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")) + "#" + MASTER;
    }

    @Override
    public void close() {
        for (Process process : processes) {
            try {
                if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("a Sentinel does not die");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        second.close();
        first.close();
    }
}
