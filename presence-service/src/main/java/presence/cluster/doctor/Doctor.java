package presence.cluster.doctor;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import presence.cluster.envelope.EnvelopeText;
import presence.cluster.redis.RedisConnector;
import presence.cluster.redis.RedisKeys;
import presence.cluster.redis.RedisTarget;
import presence.cluster.redis.RedisUnavailableException;
import presence.cluster.redis.ServerHello;
import presence.cluster.redis.ToolConnections;
import presence.config.RedisConfig;

/**
 * Checks whether the service can work with the configured Redis, by running its commands on keys of its own, each with
 * a TTL and removed at the end. Publishes nothing on channels that nodes follow.
 */
public final class Doctor {
    private final RedisConfig config;
    private final Consumer<Finding> findings;

    /** @param findings told each finding at once, on the thread that calls {@link #examine} */
    public Doctor(RedisConfig config, Consumer<Finding> findings) {
        this.config = config;
        this.findings = findings;
    }

    /** Runs all checks, and stops where Redis cannot be used. Takes seconds where Redis does not answer. */
    public void examine() {
        if (!config.enabled()) {
            findings.accept(Finding.warn(
                    "redis url",
                    "not set: a single node, boards are not shared with others",
                    "set REDIS_URL if there is to be more than one node"));
            return;
        }
        try (ToolConnections redis = new ToolConnections(config)) {
            findings.accept(Finding.ok("redis url", "set"));
            examine(redis);
        } catch (IllegalArgumentException e) {
            boolean isUrl = String.valueOf(e.getMessage()).startsWith("REDIS_URL");
            findings.accept(Finding.fail(
                    isUrl ? "redis url" : "redis tls",
                    String.valueOf(e.getMessage()),
                    isUrl
                            ? "write it as redis://user:password@host:port"
                            : "repair the file: the service would not start"));
        }
    }

    private void examine(ToolConnections redis) {
        StatefulConnection<String, byte[]> connection;
        try {
            connection = redis.connect();
        } catch (RedisUnavailableException e) {
            boolean isSelect = String.valueOf(e.getMessage()).matches(".*NOPERM.*'select'.*");
            findings.accept(
                    Finding.fail(
                            "redis",
                            String.valueOf(e.getMessage()),
                            isSelect
                                    ? "add +select to this Redis user, or remove the database number from REDIS_URL"
                                    : "check that Redis runs, that host, port and password are right, and that no firewall blocks the port"));
            return;
        }
        findings.accept(Finding.ok("redis", redis.address() + " answers"));
        RedisKeys keys = redis.keys(config.prefix());
        if (keys.database() != 0) {
            findings.accept(Finding.ok(
                    "database",
                    keys.database() + ": nodes of other databases share nothing with it, channels begin with "
                            + keys.channels()));
        }
        try {
            ServerHello hello = hello(connection);
            ServerCheck server = new ServerCheck(RedisConnector.sync(connection), hello);
            findings.accept(server.version());
            if (redis.isLoneServerOf(hello)) {
                findings.accept(Finding.fail(
                        "cluster",
                        RedisTarget.LONE,
                        "write REDIS_URL=" + redis.clusterUrl() + " and keep user, password and options"));
                return;
            }
            findings.accept(server.latency());
            findings.accept(server.clock());
            new PermissionCheck(redis, connection, keys, config).examine().forEach(findings);
            findings.accept(nodes(connection, keys));
            server.settings().forEach(findings);
        } catch (RedisException e) {
            findings.accept(Finding.fail(
                    "redis",
                    "stopped answering: " + RedisUnavailableException.reason(e),
                    "run doctor again when Redis is back"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ServerHello hello(StatefulConnection<String, byte[]> connection) throws InterruptedException {
        try {
            return ServerHello.ask(RedisConnector.commands(connection))
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            return ServerHello.UNKNOWN;
        }
    }

    /** Lists the nodes that have a lease in Redis. */
    private static Finding nodes(StatefulConnection<String, byte[]> connection, RedisKeys keys)
            throws InterruptedException {
        List<String> alive = new ArrayList<>();
        try {
            for (byte[] entry : RedisConnector.sync(connection).zrange(keys.instances(), 0, -1)) {
                String node = new String(entry, StandardCharsets.UTF_8);
                if (RedisConnector.commands(connection).get(keys.leaseOf(node)).get() != null) {
                    alive.add(EnvelopeText.node(node));
                }
            }
        } catch (RedisException | ExecutionException e) {
            return Finding.warn(
                    "nodes", "cannot be read: " + RedisUnavailableException.reason(e), "see the permissions above");
        }
        return Finding.ok(
                "nodes",
                alive.isEmpty()
                        ? "none has a lease under " + keys.prefix()
                        : alive.size() + (alive.size() == 1 ? " has" : " have") + " a lease: "
                                + String.join(", ", alive));
    }
}
