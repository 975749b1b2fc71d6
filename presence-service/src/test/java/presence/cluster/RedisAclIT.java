package presence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.cluster.doctor.Doctor;
import presence.cluster.doctor.Finding;
import presence.cluster.doctor.Finding.Status;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.proto.Join;
import presence.proto.SignalSend;
import presence.proto.Watch;
import presence.testing.client.ApiClient;
import presence.testing.client.TestClient;
import presence.testing.crypto.Tokens;
import presence.testing.files.AclRule;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** Tests that nodes need all permissions of the Redis user in docs/deployment/redis.md and no others. */
@Tag("redis")
class RedisAclIT {
    private static final String BOARD = "b1";
    private static final String API_TOKEN = "a token of the test";

    private final RedisServer server = RedisServer.start();
    private final RedisClient client = RedisClient.create(server.operatorUrl());
    private final StatefulRedisConnection<String, String> admin = client.connect();
    private final RedisCommands<String, String> redis = admin.sync();
    private final String url = server.operatorUrl().replace("//", "//exact:secret@");

    @BeforeEach
    void makeUser() {
        setUser(AclRule.documented());
    }

    @AfterEach
    void stop() {
        admin.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        server.close();
    }

    private void setUser(List<String> rule) {
        CommandArgs<String, String> args =
                new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("exact");
        rule.forEach(args::add);
        redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
    }

    /** The commands of the rule. */
    private static Stream<String> commands() {
        return AclRule.documented().stream()
                .filter(word -> word.startsWith("+"))
                .map(word -> word.substring(1));
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "REDIS_URL", url,
                "PRESENCE_NODE_HEARTBEAT_MS", "500",
                "PRESENCE_NODE_LEASE_MS", "3000",
                "PRESENCE_GRACE_MS", "0",
                "PRESENCE_LINGER_SECONDS", "0",
                "PRESENCE_AUTH", "jwt",
                "PRESENCE_JWT_SECRET", Tokens.SECRET,
                "PRESENCE_JOINS_PER_MINUTE", "2",
                "PRESENCE_API_TOKEN", API_TOKEN));
        settings.put("PRESENCE_EVENTS", "on");
        settings.put("PRESENCE_ACTIVITY_DAYS", "1");
        settings.put("PRESENCE_ACTIVITY_SECONDS", "1");
        return settings;
    }

    private static TestClient join(URI node, String name) {
        TestClient joined = TestClient.connect(node, Tokens.of(name));
        joined.join(BOARD, name);
        joined.await("the roster", joined::isComplete);
        return joined;
    }

    // ---- sufficient and necessary ----

    @Test
    void nodesCanDoEverythingWithItAndUseEveryRightItGives() throws Exception {
        redis.configResetstat();
        redis.aclLogReset();
        try (TestNode one = TestNode.start(settings());
                TestNode two = TestNode.start(settings());
                TestClient ada = join(one.ws(), "Ada");
                TestClient bob = join(two.ws(), "Bob")) {
            peopleMeet(ada, bob);
            assertThat(ada.complaints()).isEmpty();
            joinsAreCounted(two);
            usersAreFound(one);
            boardsAreWatched(one, two);
            activityIsCounted(one);
            operatorsAct(one, two, ada, bob);
            nodesComeAndGo(one, ada);
            ask("POST", one, "/audit");
            redis.scriptFlush();
            ada.closeNormally();
            await().untilAsserted(() -> assertThat(redis.keys("presence:seg:*")).isEmpty());
        }
        assertThat(redis.aclLog()).as("refused commands").isEmpty();
        // Redis 6.2 counts a subcommand as its command.
        Set<String> used = used();
        assertThat(commands())
                .as("used commands of " + used)
                .allMatch(command -> used.contains(command) || used.contains(command.split("\\|")[0]));
    }

    private static void peopleMeet(TestClient ada, TestClient bob) {
        ada.awaitNames("Ada", "Bob");
        bob.awaitNames("Ada", "Bob");
        ada.cursor(16, 16);
        bob.awaitCursor("Ada", 16, 16);
        bob.send(frame -> frame.setSignal(SignalSend.newBuilder().setType("wave")));
        ada.await("a signal", () -> ada.signals().size() == 1);
    }

    private static void joinsAreCounted(TestNode node) {
        int tried = 0;
        boolean refused = false;
        while (!refused) {
            try (TestClient cleo = TestClient.connect(node.ws(), Tokens.of("Cleo"))) {
                cleo.send(frame -> frame.setJoin(Join.newBuilder().setBoard("c")));
                cleo.await(
                        "an answer", () -> cleo.isComplete() || !cleo.errors().isEmpty());
                refused = !cleo.errors().isEmpty();
            }
            tried++;
            // A join that Redis counts too late is allowed.
            assertThat(tried).isLessThanOrEqualTo(3 + (int) node.metric("presence_joins_uncounted_total"));
        }
    }

    /** Watches a board of another node with more members than are read of it. */
    private static void boardsAreWatched(TestNode one, TestNode two) {
        List<TestClient> crowd = new ArrayList<>();
        try (TestClient watcher = TestClient.connect(one.ws(), Tokens.of("Wim"))) {
            for (int i = 0; i < 33; i++) {
                String name = "crowd-" + i;
                TestClient client = TestClient.connect(two.ws(), Tokens.of(name));
                crowd.add(client);
                client.join("crowded", name);
            }
            watcher.send(frame -> frame.setWatch(Watch.newBuilder().addBoard("crowded")));
            watcher.await(
                    "the size of the crowd",
                    () -> watcher.frames().stream()
                            .flatMap(frame -> frame.getWatched().getBoardsList().stream())
                            .anyMatch(board -> board.getMembers() == 33));
        } finally {
            crowd.forEach(TestClient::closeNormally);
        }
    }

    private static void usersAreFound(TestNode node) throws Exception {
        await().until(() -> node.queries()
                .online(List.of("Bob"))
                .toCompletableFuture()
                .join()
                .contains("Bob"));
        assertThat(node.queries().sessions("Bob").toCompletableFuture().join()).hasSize(1);
        await("where Cleo was")
                .untilAsserted(() -> assertThat(
                                node.queries().boards().toCompletableFuture().join())
                        .hasSize(1));
        assertThat(ask("GET", node, "/stats")).contains("total_users");
    }

    private static void activityIsCounted(TestNode node) {
        ApiClient api = new ApiClient(node.opsPort(), API_TOKEN);
        await("activity").until(() -> api.get("/activity").body().matches(".*\"users\":[1-9].*"));
    }

    private static void operatorsAct(TestNode one, TestNode two, TestClient ada, TestClient bob) {
        ApiClient api = new ApiClient(one.opsPort(), API_TOKEN);
        assertThat(api.post("/boards/" + BOARD + "/signals", "{\"type\":\"notice\"}")
                        .statusCode())
                .isLessThan(300);
        bob.await(
                "the notice",
                () -> bob.signals().stream().anyMatch(signal -> signal.getType().equals("notice")));
        assertThat(api.post("/kicks", "{\"user_id\":\"Bob\",\"ban_seconds\":60}")
                        .body())
                .contains("\"kicked\":1");
        ada.awaitNames("Ada");
        assertThat(new ApiClient(two.opsPort(), API_TOKEN).get("/bans").body()).contains("Bob");
        assertThat(api.delete("/bans?user_id=Bob").statusCode()).isLessThan(300);
        await().untilAsserted(() ->
                assertThat(api.get("/events?kind=member.kicked").body()).contains("\"user_id\":\"Bob\""));
    }

    /** The operators' port. */
    private static String ask(String method, TestNode node, String path) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.opsPort() + path))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    /** Kills one node and stops another. */
    private void nodesComeAndGo(TestNode survivor, TestClient ada) {
        Map<String, String> draining = settings();
        draining.put("PRESENCE_DRAIN_MS", "500");
        try (NodeProcess victim = NodeProcess.start(settings());
                NodeProcess leaver = NodeProcess.start(draining);
                TestClient dora = join(victim.ws(), "Dora");
                TestClient emil = join(leaver.ws(), "Emil")) {
            ada.awaitNames("Ada", "Dora", "Emil");
            victim.close();
            leaver.terminate();
            assertThat(leaver.waitFor(Duration.ofSeconds(20))).isZero();
            ada.awaitNames("Ada");
            await().untilAsserted(() ->
                    assertThat(survivor.metric("presence_node_deaths_total")).isEqualTo(1));
        }
    }

    /** Every command that Redis executed since the counts were reset, including those in scripts. */
    private Set<String> used() {
        Set<String> used = new TreeSet<>();
        redis.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .forEach(line -> {
                    if (!line.contains(":calls=0,")) {
                        used.add(line.substring("cmdstat_".length(), line.indexOf(':')));
                    }
                });
        return used;
    }

    @Test
    void theDoctorIsContentWithIt() throws ConfigException {
        assertThat(examine()).allMatch(finding -> finding.status() == Status.OK);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theDoctorMissesEachCommandOfIt(String command) throws ConfigException {
        setUser(AclRule.documented().stream()
                .filter(word -> !word.equals("+" + command))
                .toList());
        assertThat(examine())
                .filteredOn(finding -> finding.status() == expected(command))
                .extracting(Finding::advice)
                .contains("add +" + command + " to this Redis user");
    }

    /**
     * Nodes run without client names, without watching, without events, without activity, and without commands that are used for warnings
     * only.
     */
    private static Status expected(String command) {
        return List.of(
                                "client|setname",
                                "info",
                                "pttl",
                                "hlen",
                                "hscan",
                                "spop",
                                "pfadd",
                                "pfcount",
                                "xadd",
                                "xrange",
                                "xrevrange",
                                "xtrim")
                        .contains(command)
                ? Status.WARN
                : Status.FAIL;
    }

    private List<Finding> examine() throws ConfigException {
        List<Finding> findings = new ArrayList<>();
        new Doctor(ServiceConfig.from(Map.of("REDIS_URL", url)).redis(), findings::add).examine();
        return findings;
    }

    // ---- nothing else ----

    @ParameterizedTest
    @ValueSource(strings = {"GET presence:key", "PUBLISH presence:channel x", "SUBSCRIBE presence:channel", "TIME"})
    void whatItGivesIsAllowed(String command) throws IOException {
        assertThat(answer(command)).doesNotStartWith("-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET other:key",
                "SET presence x",
                "HSET presences:key field x",
                "PUBLISH other:channel x",
                "SUBSCRIBE other:channel",
                "PSUBSCRIBE presence:*",
                "FLUSHALL",
                "FLUSHDB",
                "KEYS presence:*",
                "RENAME presence:a presence:b",
                "CONFIG GET *",
                "CONFIG SET maxmemory 1",
                "ACL LIST",
                "ACL SETUSER exact +@all",
                "CLIENT LIST",
                "CLIENT KILL TYPE normal",
                "SCRIPT FLUSH",
                "FUNCTION LIST",
                "MONITOR",
                "DEBUG SLEEP 0",
                "SHUTDOWN NOSAVE",
                "REPLICAOF NO ONE",
                "PING",
                "EVAL \"return redis.call('FLUSHALL')\" 0",
                "EVAL \"return redis.call('GET', 'other:key')\" 0",
                "EVAL \"return redis.call('PUBLISH', 'other:channel', 'x')\" 0",
            })
    void whatItDoesNotGiveIsRefused(String command) throws IOException {
        // Redis 6.2 has no functions.
        assertThat(answer(command))
                .matches(
                        "-(NOPERM|ERR .*The user executing the script can't|.*ACL failure in script|ERR unknown command `FUNCTION).*");
    }

    /** The first line of Redis's reply to that user. */
    private String answer(String command) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("AUTH exact secret\r\n" + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(answers.readLine()).isEqualTo("+OK");
            return answers.readLine();
        }
    }
}
