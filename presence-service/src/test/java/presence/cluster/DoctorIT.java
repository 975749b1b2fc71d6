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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import presence.cluster.doctor.Doctor;
import presence.cluster.doctor.Finding;
import presence.cluster.doctor.Finding.Status;
import presence.config.ConfigException;
import presence.config.ServiceConfig;
import presence.testing.files.AclRule;
import presence.testing.process.NodeProcess;
import presence.testing.process.RedisServer;
import presence.testing.process.TestNode;

/** Runs the doctor against a Redis of its own, with users of limited permissions. */
@Tag("redis")
class DoctorIT {
    private final RedisServer server = RedisServer.start();
    private final RedisClient client = RedisClient.create(server.operatorUrl());
    private final StatefulRedisConnection<String, String> admin = client.connect();
    private final RedisCommands<String, String> redis = admin.sync();

    @AfterEach
    void stop() {
        admin.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        server.close();
    }

    /** Creates a user {@code limited} with ACL rules and returns its URL. */
    private String user(String rules) {
        CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8)
                .add("SETUSER")
                .add("limited")
                .add("reset")
                .add("on")
                .add(">pw")
                // Redis 6.2 allows all channels otherwise.
                .add("resetchannels");
        List.of(rules.split(" ")).forEach(args::add);
        redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
        return server.operatorUrl().replace("//", "//limited:pw@");
    }

    /** The ACL rules that nodes need, without the user's password. */
    private static String rules() {
        return AclRule.documented().stream()
                .filter(word -> word.matches("[~&+].*"))
                .collect(Collectors.joining(" "));
    }

    private static List<Finding> examine(String url) throws ConfigException {
        List<Finding> findings = new ArrayList<>();
        new Doctor(ServiceConfig.from(Map.of("REDIS_URL", url)).redis(), findings::add).examine();
        return findings;
    }

    private static List<Finding> failures(String url) throws ConfigException {
        return examine(url).stream()
                .filter(finding -> finding.status() == Status.FAIL)
                .toList();
    }

    @Test
    void everythingIsWellWhereANodeRunsAndTheNodeNoticesNothing() throws Exception {
        try (TestNode node = TestNode.on(server.url(), "presence")) {
            await().untilAsserted(
                            () -> assertThat(redis.keys("presence:inst:*")).hasSize(1));
            double before = node.metric("presence_envelopes_received_total");
            List<Finding> findings = examine(server.operatorUrl());
            assertThat(findings)
                    .extracting(Finding::check)
                    .contains("version", "latency", "clock", "commands", "channels", "scripts", "nodes", "eviction");
            assertThat(findings).allMatch(finding -> finding.status() != Status.FAIL);
            assertThat(findings)
                    .contains(Finding.ok("nodes", "1 has a lease: " + node.id().substring(0, 8)));
            assertThat(node.metric("presence_envelopes_received_total")).isEqualTo(before);
            assertThat(redis.keys("*doctor*")).isEmpty();
            assertThat(redis.keys("presence:inst:*")).hasSize(1);
        }
    }

    @Test
    void aCommandThatIsMissingIsNamed() throws Exception {
        String url = user(rules() + " -hset");
        assertThat(failures(url))
                .containsExactly(Finding.fail("commands", "HSET is not permitted", "add +hset to this Redis user"));
        assertThat(redis.keys("*doctor*")).isEmpty();
    }

    @Test
    void aNodeCanDoWithoutNamesForItsConnections() throws Exception {
        String url = user(rules().replace(" +client|setname", ""));
        assertThat(failures(url)).isEmpty();
        assertThat(examine(url))
                .filteredOn(finding -> finding.status() == Status.WARN)
                .extracting(Finding::advice)
                .contains("add +client|setname to this Redis user");
        try (TestNode node = TestNode.on(url, "presence")) {
            assertThat(node.metric("presence_redis_up")).isEqualTo(1);
        }
    }

    @Test
    void keysAndChannelsThatAreMissingAreNamed() throws Exception {
        assertThat(failures(user(rules() + " resetkeys ~other:*")))
                .extracting(Finding::advice)
                .contains("add ~presence:* to this Redis user");
        assertThat(failures(user(rules() + " resetchannels &presence:board:*")))
                .extracting(Finding::advice)
                .contains("add &presence:* to this Redis user");
    }

    @Test
    void aCommandThatTheServerForbidsToAllIsNotTakenForAReplica() throws Exception {
        try (RedisServer renamed = RedisServer.start("--rename-command", "EVALSHA", "")) {
            assertThat(failures(renamed.operatorUrl())).isNotEmpty().allSatisfy(finding -> {
                assertThat(finding.found()).contains("EVALSHA");
                assertThat(finding.advice()).contains("disabled or renamed").doesNotContain("replica");
            });
        }
        try (RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(server.port()))) {
            await().untilAsserted(() -> assertThat(failures(replica.operatorUrl()))
                    .isNotEmpty()
                    .extracting(Finding::advice)
                    .contains("name the master in REDIS_URL: this is a replica"));
        }
    }

    @Test
    void aDatabaseNumberIsToldAndTheRightThatItTakes() throws Exception {
        assertThat(examine(server.operatorUrl() + "/2"))
                .filteredOn(finding -> finding.check().equals("database"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.found()).contains("presence:db2:"));
        assertThat(examine(server.operatorUrl())).extracting(Finding::check).doesNotContain("database");
        assertThat(failures(user(rules()) + "/2"))
                .extracting(Finding::advice)
                .containsExactly("add +select to this Redis user, or remove the database number from REDIS_URL");
        assertThat(failures(user(rules() + " +select") + "/2")).isEmpty();
    }

    @Test
    void settingsThatHurtAreWarnedAbout() throws Exception {
        redis.configSet("maxmemory-policy", "volatile-lru");
        redis.configSet("client-output-buffer-limit", "pubsub 1mb 1mb 60");
        assertThat(examine(server.operatorUrl()))
                .filteredOn(finding -> finding.status() == Status.WARN)
                .extracting(Finding::check)
                .contains("eviction", "output buffer");
    }

    @Test
    void anEvictingPolicyIsWarnedAboutWhereConfigIsForbidden() throws Exception {
        redis.configSet("maxmemory-policy", "allkeys-lru");
        String url = user(rules() + " -config");
        assertThat(examine(url))
                .filteredOn(finding -> finding.check().equals("eviction"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.status()).isEqualTo(Status.WARN);
                    assertThat(finding.advice()).contains("noeviction");
                });
        assertThat(examine(user(rules() + " -config -info")))
                .extracting(Finding::check)
                .contains("settings")
                .doesNotContain("eviction");
    }

    @Test
    void aNodeThatStartsWarnsOfAnEvictingPolicy() {
        redis.configSet("maxmemory-policy", "volatile-lru");
        try (NodeProcess node = NodeProcess.start(Map.of("REDIS_URL", server.url()))) {
            await().until(() -> node.log().contains("policy=volatile-lru"));
        }
    }
}
