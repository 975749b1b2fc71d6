package presence.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import presence.testing.client.Resp;
import presence.testing.files.AclRule;

/** A Redis Cluster of real processes: three masters with a third of the slots each, and a replica for each. */
public final class RedisCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    /** The distance of the port of the cluster bus. */
    private static final int BUS = 10_000;

    private static final Duration FORMED = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final List<RedisServer> servers = new ArrayList<>();
    private final String[] options;

    private RedisCluster(Duration nodeTimeout) {
        options = new String[] {
            "--cluster-enabled", "yes",
            "--cluster-node-timeout", Long.toString(nodeTimeout.toMillis()),
            // A replica takes over however long it was disconnected: it is the only one.
            "--cluster-replica-validity-factor", "0",
            "--repl-diskless-sync-delay", "0"
        };
    }

    /**
     * Starts the servers and waits until each knows all others.
     *
     * @param nodeTimeout silence after which a master is treated as failed
     */
    public static RedisCluster start(Duration nodeTimeout) {
        RedisCluster cluster = new RedisCluster(nodeTimeout);
        try {
            for (int i = 0; i < 2 * MASTERS; i++) {
                RedisServer server = RedisServer.startOn(Ports.free(BUS), cluster.options);
                cluster.servers.add(server);
                permit(server);
            }
            cluster.form();
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw new IllegalStateException("cannot start a Redis Cluster", e);
        }
    }

    /** Nodes use the user of docs/deployment/redis.md, with the rights for a Cluster. */
    private static void permit(RedisServer server) {
        List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "presence"));
        AclRule.documentedForCluster().stream()
                .filter(word -> RedisServer.hasShardedChannels() || !word.startsWith("+s"))
                .forEach(command::add);
        Resp.ask(server.port(), command.toArray(new String[0]));
    }

    private void form() throws IOException {
        for (int i = 0; i < MASTERS; i++) {
            // One by one: ADDSLOTSRANGE came with Redis 7.
            List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS)
                    .forEach(slot -> command.add(Integer.toString(slot)));
            Resp.require(servers.get(i).port(), command.toArray(new String[0]));
        }
        for (RedisServer other : servers.subList(1, servers.size())) {
            Resp.require(servers.get(0).port(), "CLUSTER", "MEET", "127.0.0.1", Integer.toString(other.port()));
        }
        await(
                "all have met",
                () -> servers.stream().allMatch(server -> nodes(server).size() == servers.size()));
        for (int i = 0; i < MASTERS; i++) {
            Resp.require(servers.get(MASTERS + i).port(), "CLUSTER", "REPLICATE", id(servers.get(i)));
        }
        await(
                "replicas follow",
                () -> servers.subList(MASTERS, servers.size()).stream()
                        .allMatch(replica -> info(replica, "REPLICATION").contains("master_link_status:up")));
        awaitWhole();
        // A replica may not know its role earlier.
        await("all know the masters", () -> servers.stream().allMatch(server -> masters(server) == MASTERS));
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what).atMost(FORMED).pollInterval(LOOK).until(condition);
    }

    /** Waits until all running servers report that every slot is served. */
    public void awaitWhole() {
        await(
                "every slot is served",
                () -> running().stream()
                        .allMatch(server -> String.join("\n", Resp.ask(server.port(), "CLUSTER", "INFO"))
                                .contains("cluster_state:ok")));
    }

    private static String id(RedisServer server) throws IOException {
        return Resp.require(server.port(), "CLUSTER", "MYID").get(0);
    }

    private static String info(RedisServer server, String section) {
        return String.join("\n", Resp.ask(server.port(), "INFO", section));
    }

    private static List<String> nodes(RedisServer server) {
        return Resp.ask(server.port(), "CLUSTER", "NODES").stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static long masters(RedisServer server) {
        return nodes(server).stream()
                .filter(line -> line.contains("master") && !line.contains("fail"))
                .count();
    }

    /** The running servers. */
    private List<RedisServer> running() {
        return servers.stream().filter(RedisServer::isRunning).toList();
    }

    private List<RedisServer> masters() {
        return running().stream()
                .filter(server -> info(server, "REPLICATION").contains("role:master"))
                .toList();
    }

    /** The master of a key's slot. */
    public RedisServer masterOf(String key) {
        try {
            RedisServer any = running().get(0);
            String slot = Resp.require(any.port(), "CLUSTER", "KEYSLOT", key).get(0);
            return Awaitility.await("a master of slot " + slot)
                    .atMost(FORMED)
                    .pollInterval(LOOK)
                    .until(
                            () -> masters().stream()
                                    .filter(master -> serves(master, Integer.parseInt(slot)))
                                    .findFirst(),
                            java.util.Optional::isPresent)
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean serves(RedisServer master, int slot) {
        return nodes(master).stream()
                .filter(line -> line.contains("myself"))
                .flatMap(line -> List.of(line.split(" ")).stream().skip(8))
                .filter(range -> !range.startsWith("["))
                .map(range -> range.split("-"))
                .anyMatch(range ->
                        Integer.parseInt(range[0]) <= slot && slot <= Integer.parseInt(range[range.length - 1]));
    }

    /** {@code kill -9} of the master of a key's slot; returns the killed server. */
    public RedisServer killMasterOf(String key) {
        RedisServer master = masterOf(key);
        master.kill();
        return master;
    }

    /** Restarts a killed server, which becomes a replica if another took over. */
    public void startAgain(RedisServer killed) {
        killed.startAgain(options);
        permit(killed);
    }

    /** Moves a key's slot, with all its keys, to another master, as {@code redis-cli --cluster reshard} does. */
    public void moveSlotOf(String key) {
        RedisServer from = masterOf(key);
        moveSlotOf(
                key,
                masters().stream().filter(master -> master != from).findFirst().orElseThrow());
    }

    /** Moves a key's slot to a given master, if it is not there already. */
    public void moveSlotOf(String key, RedisServer to) {
        RedisServer from = masterOf(key);
        if (from == to) {
            return;
        }
        try {
            String slot = Resp.require(from.port(), "CLUSTER", "KEYSLOT", key).get(0);
            Resp.require(to.port(), "CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
            Resp.require(from.port(), "CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
            for (List<String> keys = keysIn(from, slot); !keys.isEmpty(); keys = keysIn(from, slot)) {
                List<String> migrate = new ArrayList<>(
                        List.of("MIGRATE", "127.0.0.1", Integer.toString(to.port()), "", "0", "5000", "KEYS"));
                migrate.addAll(keys);
                Resp.require(from.port(), migrate.toArray(new String[0]));
            }
            Resp.require(to.port(), "CLUSTER", "SETSLOT", slot, "NODE", id(to));
            Resp.require(from.port(), "CLUSTER", "SETSLOT", slot, "NODE", id(to));
            for (RedisServer other : masters()) {
                Resp.require(other.port(), "CLUSTER", "SETSLOT", slot, "NODE", id(to));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> keysIn(RedisServer master, String slot) throws IOException {
        return Resp.require(master.port(), "CLUSTER", "GETKEYSINSLOT", slot, "100");
    }

    /**
     * Runs a command as if the Cluster were one server: commands about all keys, all clients or all subscriptions run
     * on all servers, others on the master of their key.
     */
    public List<String> operator(String... command) {
        try {
            return switch (command[0]) {
                case "KEYS" -> fromEach(masters(), command);
                case "FLUSHALL" -> fromEach(masters(), command);
                case "SCRIPT", "CLIENT" -> fromEach(running(), command);
                case "PUBSUB" -> summed(command);
                default -> Resp.require(masterOf(command[1]).port(), command);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        }
    }

    private static List<String> fromEach(List<RedisServer> asked, String... command) throws IOException {
        List<String> answers = new ArrayList<>();
        for (RedisServer server : asked) {
            answers.addAll(Resp.require(server.port(), command));
        }
        return List.copyOf(new TreeSet<>(answers));
    }

    /** Numbers of subscribers: each server counts its own. */
    private List<String> summed(String... command) throws IOException {
        Map<String, Integer> sums = new LinkedHashMap<>();
        for (RedisServer server : running()) {
            List<String> answer = Resp.require(server.port(), command);
            for (int i = 0; i + 1 < answer.size(); i += 2) {
                sums.merge(answer.get(i), Integer.parseInt(answer.get(i + 1)), Integer::sum);
            }
        }
        return sums.entrySet().stream()
                .flatMap(entry -> List.of(entry.getKey(), entry.getValue().toString()).stream())
                .toList();
    }

    /** The masters at the start. */
    public String url() {
        return AclRule.asNode("redis://"
                + IntStream.range(0, MASTERS)
                        .mapToObj(i -> "127.0.0.1:" + servers.get(i).port())
                        .collect(Collectors.joining(",")));
    }

    /** Resets {@link #refused()}. */
    public void forgetRefused() {
        running().forEach(server -> Resp.ask(server.port(), "ACL", "LOG", "RESET"));
    }

    /** The commands that any server refused because of missing rights. */
    public Set<String> refused() {
        Set<String> refused = new TreeSet<>();
        for (RedisServer server : running()) {
            List<String> log = Resp.ask(server.port(), "ACL", "LOG");
            for (int i = 0; i + 1 < log.size(); i++) {
                if (log.get(i).equals("object")) {
                    refused.add(log.get(i + 1));
                }
            }
        }
        return refused;
    }

    /** A server that is never killed, for subscribers of all channels. */
    public RedisServer replica() {
        return servers.get(servers.size() - 1);
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
