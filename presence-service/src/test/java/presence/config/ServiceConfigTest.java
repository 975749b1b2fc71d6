package presence.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import presence.config.Setting.Kind;

class ServiceConfigTest {
    private static ServiceConfig with(String name, String value) throws ConfigException {
        return ServiceConfig.from(Map.of(name, value));
    }

    private static String refusal(Map<String, String> values) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> ServiceConfig.from(values));
        assertThat(refused).as("refused: " + values).isNotNull();
        assertThat(refused.getMessage()).as("one line").doesNotContain("\n");
        return refused.getMessage();
    }

    private static String refusal(String name, String value) {
        return refusal(Map.of(name, value));
    }

    // ---- events ----

    @Test
    void namesEventsByKindAndBoardsByPattern() throws ConfigException {
        EventsConfig events = ServiceConfig.from(Map.of(
                        "PRESENCE_EVENTS_KINDS", "member.joined, member.left",
                        "PRESENCE_EVENTS_BOARDS", "team-*, *.public, one"))
                .events();
        assertThat(events.kinds()).containsExactly("member.joined", "member.left");
        assertThat(List.of("team-", "team-a", "x.public", "one")).allMatch(events::records);
        assertThat(List.of("one-b", "a team-a", "xpublic", "none")).noneMatch(events::records);
        assertThatThrownBy(() -> ServiceConfig.from(Map.of("PRESENCE_EVENTS_KINDS", "member.jioned")))
                .hasMessageContaining("PRESENCE_EVENTS_KINDS")
                .hasMessageContaining("member.jioned")
                .hasMessageContaining("member.joined");
    }

    @Test
    void needsASecretAndEventsForWebhooks() throws ConfigException {
        String secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Map<String, String> values = new HashMap<>(Map.of(
                "PRESENCE_EVENTS", "on",
                "PRESENCE_WEBHOOK_URL", "https://a.example/hook?key=1, https://b.example",
                "PRESENCE_WEBHOOK_SECRET", secret + "\n" + secret));
        WebhookConfig webhooks = ServiceConfig.from(values).webhooks();
        assertThat(webhooks.urls()).hasSize(2);
        assertThat(webhooks.secrets()).hasSize(2);
        assertThat(webhooks).asString().doesNotContain("key=1").doesNotContain("AAAA");
        for (Map.Entry<String, String> wrong : List.of(
                Map.entry("PRESENCE_EVENTS", "off"),
                Map.entry("PRESENCE_WEBHOOK_SECRET", ""),
                Map.entry("PRESENCE_WEBHOOK_SECRET", "whsec_AAAA"),
                Map.entry("PRESENCE_WEBHOOK_SECRET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                Map.entry("PRESENCE_WEBHOOK_URL", "http://a.example"),
                Map.entry("PRESENCE_WEBHOOK_URL", "https://user:secret@a.example"),
                Map.entry("PRESENCE_WEBHOOK_URL", "https://a.example,https://a.example"),
                Map.entry("PRESENCE_WEBHOOK_KINDS", "member.jioned"))) {
            Map<String, String> given = new HashMap<>(values);
            given.put(wrong.getKey(), wrong.getValue());
            assertThatThrownBy(() -> ServiceConfig.from(given))
                    .as(wrong.toString())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("PRESENCE_WEBHOOK_");
        }
    }

    // ---- defaults ----

    @Test
    void hasADefaultForEverything() throws ConfigException {
        assertThat(ServiceConfig.from(Map.of()))
                .isEqualTo(new ServiceConfig(
                        "0.0.0.0",
                        3001,
                        "127.0.0.1",
                        9464,
                        "",
                        new RedisConfig(
                                "",
                                "",
                                new ClientTlsConfig("", "", ""),
                                true,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(20),
                                "presence",
                                false,
                                Duration.ofSeconds(90),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(8),
                                false,
                                List.of(),
                                1_048_576,
                                true),
                        new BoardConfig(
                                30,
                                10,
                                10,
                                64,
                                Duration.ofMillis(50),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(10),
                                10_000,
                                0,
                                50,
                                500,
                                131_072,
                                524_288,
                                16,
                                500,
                                32,
                                Duration.ofSeconds(300),
                                Duration.ofSeconds(60)),
                        new ClientConfig(
                                Duration.ofSeconds(25),
                                Duration.ofMillis(20),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                100_000,
                                16,
                                65_536,
                                128,
                                4_096,
                                32,
                                16_384,
                                1_000,
                                262_144,
                                Duration.ofSeconds(30)),
                        new WatchConfig(Duration.ofSeconds(1), 2_000, 200, 10_000, 5),
                        Duration.ofSeconds(25),
                        200,
                        true,
                        "*",
                        new TlsConfig("", ""),
                        new AuthConfig(
                                false,
                                "",
                                "",
                                "",
                                "",
                                Duration.ofSeconds(300),
                                "",
                                List.of(),
                                Duration.ofSeconds(5),
                                false),
                        Duration.ofSeconds(10),
                        "auto",
                        0,
                        true,
                        new ProxyConfig(false, "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"),
                        new LimitConfig(
                                10_000, 10_000, 0, 20, 120, 50, 2_000, 1_048_576, 50, 50, 131_072, 10, 10, 20, 0),
                        new HandshakeConfig(2_500, 32 << 20),
                        new OpsConfig("", 100, Duration.ofSeconds(10), 100, "auto", 50),
                        new OtlpConfig("", Duration.ofSeconds(60), Map.of()),
                        new ApiConfig("", "", 10_000, new AgentConfig("", 1_000, 50, 200)),
                        new EventsConfig(
                                false, EventsConfig.KINDS, Set.of(), List.of("*"), 100_000, Duration.ofHours(72)),
                        new WebhookConfig(
                                List.of(),
                                List.of(),
                                EventsConfig.KINDS,
                                100,
                                262_144,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10),
                                Duration.ofHours(24),
                                1_000,
                                false),
                        new ActivityConfig(0, Duration.ofSeconds(60), 10_000),
                        Duration.ZERO,
                        false));
    }

    @Test
    void aCollectorIsAnAbsoluteAddress() throws ConfigException {
        OtlpConfig given = ServiceConfig.from(Map.of(
                        "PRESENCE_OTLP_URL", "https://collector:4318/v1/metrics",
                        "PRESENCE_OTLP_HEADERS", "Authorization=Basic YQ==, x-tenant = boards"))
                .otlp();
        assertThat(given.enabled()).isTrue();
        assertThat(given.headers())
                .containsExactly(Map.entry("Authorization", "Basic YQ=="), Map.entry("x-tenant", "boards"));
        for (String refused :
                List.of("collector:4318", "/v1/metrics", "ftp://collector/x", "http://a:b@collector/x", "http://")) {
            assertThatThrownBy(() -> ServiceConfig.from(Map.of("PRESENCE_OTLP_URL", refused)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("PRESENCE_OTLP_URL");
        }
        assertThatThrownBy(() -> ServiceConfig.from(Map.of("PRESENCE_OTLP_HEADERS", "Bearer secret")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PRESENCE_OTLP_HEADERS")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aClientMayComeBackToAllItsBoardsAtOnce() throws ConfigException {
        assertThat(with("PRESENCE_RESUMES_PER_SECOND", "1").limits().resumesPerSecond())
                .isEqualTo(8);
        assertThat(with("PRESENCE_MAX_BOARDS", "201").limits().resumesPerSecond())
                .isEqualTo(101);
        assertThat(with("PRESENCE_RESUMES_PER_SECOND", "0").limits().resumesPerSecond())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyValueIsTheDefault(Setting setting) throws ConfigException {
        assertThat(with(setting.name(), "  ")).isEqualTo(ServiceConfig.from(Map.of()));
    }

    @ParameterizedTest
    @EnumSource
    void anExplicitDefaultIsTheDefault(Setting setting) throws ConfigException {
        assertThat(with(setting.name(), setting.defaultValue())).isEqualTo(ServiceConfig.from(Map.of()));
    }

    @Test
    void withoutAUrlThereIsNoRedis() throws ConfigException {
        assertThat(ServiceConfig.from(Map.of()).redis().enabled()).isFalse();
        assertThat(with("REDIS_URL", "redis://localhost").redis().enabled()).isTrue();
    }

    // ---- values ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://localhost",
                "redis://localhost:6379/2",
                "rediss://:secret@example.org:6380",
                "redis-sentinel://a:26379,b:26379/0#main"
            })
    void takesEveryKindOfRedisUrl(String url) throws ConfigException {
        assertThat(with("REDIS_URL", url).redis().url()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({"PRESENCE_REDIS_REQUIRED, false", "PRESENCE_REDIS_REQUIRED, FALSE", "PRESENCE_REDIS_REQUIRED, ' false '"
    })
    void flagsAreReadInAnyCaseAndTrimmed(String name, String value) throws ConfigException {
        assertThat(with(name, value).redis().required()).isFalse();
    }

    @Test
    void choicesAreRead() throws ConfigException {
        assertThat(with("PRESENCE_ENVELOPE_FORMAT", "json").redis().jsonEnvelopes())
                .isTrue();
        assertThat(with("PRESENCE_DEMO", "off").demo()).isFalse();
        assertThat(with("PRESENCE_TRANSPORT", "epoll").transport()).isEqualTo("epoll");
        assertThat(with("PRESENCE_PREFIX", "stage.eu-1_x").redis().prefix()).isEqualTo("stage.eu-1_x");
        assertThat(with("SERVER_ID", "blue").serverLabel()).isEqualTo("blue");
    }

    // ---- bounds ----

    static Stream<Setting> numbers() {
        return Arrays.stream(Setting.values()).filter(setting -> setting.kind() == Kind.NUMBER);
    }

    static Stream<Setting> choices() {
        return Arrays.stream(Setting.values()).filter(setting -> setting.kind() == Kind.CHOICE);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void takesExactlyTheRangeInTheHelp(Setting setting) throws ConfigException {
        long min = setting.least();
        long max = setting.most();
        assertThat(setting.meaning()).contains("; " + min + " to " + max);
        // With these every value of any other setting is valid.
        Map<String, String> values = new HashMap<>(Map.of(
                "PRESENCE_MAX_SIGNAL_BYTES",
                "0",
                "PRESENCE_NODE_HEARTBEAT_MS",
                "100",
                "PRESENCE_NODE_LEASE_MS",
                "600000"));
        for (long good : new long[] {min, max}) {
            values.put(setting.name(), String.valueOf(good));
            assertThat(ServiceConfig.from(values)).isNotNull();
        }
        for (long bad : new long[] {min - 1, max + 1, Long.MAX_VALUE}) {
            values.put(setting.name(), String.valueOf(bad));
            assertThat(refusal(values))
                    .isEqualTo(setting + "=" + bad + " must be a whole number from " + min + " to " + max);
        }
    }

    @Test
    void aNumberSaysWhatZeroMeans() {
        assertThat(Setting.PRESENCE_JOINS_PER_SECOND.meaning()).endsWith("; 0 to 100000; 0 = no limit");
        assertThat(Setting.PRESENCE_TICK_HZ.meaning()).endsWith("; 1 to 120");
    }

    @ParameterizedTest
    @MethodSource("choices")
    void takesExactlyTheChoicesInTheHelp(Setting setting) throws ConfigException {
        // With this URL every value of PRESENCE_REDIS_PUBSUB is valid, and with this secret those of PRESENCE_AUTH are.
        Map<String, String> values = new HashMap<>(Map.of("REDIS_URL", "redis://a:1,b:2"));
        for (String choice : setting.choices()) {
            assertThat(setting.meaning()).contains(choice);
            values.put(setting.name(), choice);
            if (choice.equals("jwt")) {
                values.put("PRESENCE_JWT_SECRET", SECRET);
            } else {
                values.remove("PRESENCE_JWT_SECRET");
            }
            assertThat(ServiceConfig.from(values)).isNotNull();
        }
        values.put(setting.name(), "other");
        assertThat(refusal(values))
                .isEqualTo(setting + "=other must be one of " + String.join(", ", setting.choices()));
    }

    @ParameterizedTest
    @CsvSource({
        "WS_PORT, http",
        "WS_PORT, 3001.0",
        "WS_PORT, 0x10",
        "PRESENCE_TICK_HZ, 1e2",
        "PRESENCE_TTL_SECONDS, 90s",
        "PRESENCE_REDIS_REQUIRED, yes",
        "PRESENCE_ENVELOPE_FORMAT, xml",
        "PRESENCE_TRANSPORT, kqueue",
        "PRESENCE_DEMO, maybe",
        "PRESENCE_PREFIX, a:b",
        "PRESENCE_PREFIX, a{b}",
        "PRESENCE_PREFIX, 'a b'",
        "LOG_LEVEL, loud",
        "LOG_FORMAT, xml"
    })
    void aBadValueIsNamedWithItsSetting(String name, String value) {
        assertThat(refusal(name, value)).startsWith(name + "=" + value + " must be ");
    }

    @Test
    void aPrefixIsAtMost64Characters() throws ConfigException {
        assertThat(with("PRESENCE_PREFIX", "p".repeat(64)).redis().prefix()).hasSize(64);
        assertThat(refusal("PRESENCE_PREFIX", "p".repeat(65))).contains("1 to 64");
    }

    @Test
    void aBadValueIsShownBoundedAndWithoutControlCharacters() {
        String message = refusal("WS_PORT", "1\n\u001b[31m" + "x".repeat(1_000));
        assertThat(message).startsWith("WS_PORT=1??[31mxxx").contains("…").hasSizeLessThan(200);
        assertThat(message.chars()).noneMatch(Character::isISOControl);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://:hunter2@example.org", "hunter2@example.org:6379", "redis:/hunter2", "redis://"})
    void aBadRedisUrlIsNotRepeatedBecauseItMayHoldAPassword(String url) {
        assertThat(refusal("REDIS_URL", url))
                .startsWith("REDIS_URL must begin with redis://")
                .doesNotContain("hunter2");
    }

    @Test
    void aPasswordIsInNoMessageAboutAnotherSetting() {
        assertThat(refusal(Map.of("REDIS_URL", "redis://:hunter2@example.org", "WS_PORT", "x")))
                .doesNotContain("hunter2");
    }

    @Test
    void aSignalMustFitAFrame() throws ConfigException {
        String message = refusal(Map.of("PRESENCE_MAX_FRAME_BYTES", "17407"));
        assertThat(message)
                .contains("PRESENCE_MAX_SIGNAL_BYTES=16384")
                .contains("PRESENCE_MAX_FRAME_BYTES=17407")
                .contains("lower the first or raise the second");
        assertThat(with("PRESENCE_MAX_FRAME_BYTES", "17408").clients().maxFrameBytes())
                .isEqualTo(17_408);
    }

    // ---- secrets and files ----

    @Test
    void aSecretMayStandInAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("url"), "redis://:geheim@example.org\n");
        assertThat(with("REDIS_URL_FILE", file.toString()).redis().url()).isEqualTo("redis://:geheim@example.org");
    }

    @Test
    void aSecretComesFromOnePlaceOnly(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("url"), "redis://:geheim@example.org");
        assertThat(refusal(Map.of("REDIS_URL", "redis://:hunter2@example.org", "REDIS_URL_FILE", file.toString())))
                .isEqualTo("both REDIS_URL and REDIS_URL_FILE are set: unset one");
    }

    @Test
    void aSecretsFileMustBeThereAndHoldSomething(@TempDir Path folder) throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        Path absent = folder.resolve("absent");
        assertThat(refusal("REDIS_URL_FILE", empty.toString()))
                .startsWith("REDIS_URL_FILE=")
                .endsWith(" is an empty file");
        assertThat(refusal("REDIS_URL_FILE", absent.toString())).endsWith("cannot be read: there is no such file");
        assertThat(refusal("REDIS_URL_FILE", folder.toString())).contains("cannot be read: ");
    }

    @Test
    void onlySecretsAreReadFromFiles(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("port"), "4711");
        assertThat(with("WS_PORT_FILE", file.toString()).wsPort()).isEqualTo(3001);
    }

    @Test
    void certificateAndKeyBelongTogether(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("pem"), "x");
        assertThat(refusal("PRESENCE_TLS_CERT", file.toString())).endsWith("set both or none");
        assertThat(refusal("PRESENCE_TLS_KEY", file.toString())).endsWith("set both or none");
        assertThat(refusal("PRESENCE_TLS_CERT", folder.resolve("absent").toString()))
                .endsWith(" is not a file that can be read");
        assertThat(with("PRESENCE_TLS_CERT", " ").tls().enabled()).isFalse();
    }

    @Test
    void certificatesForRedisNeedATlsUrlAndAreThere(@TempDir Path folder) throws Exception {
        String file = Files.writeString(folder.resolve("pem"), "x").toString();
        String url = "rediss://redis.example:6380";
        assertThat(refusal(Map.of("REDIS_URL", url, "PRESENCE_REDIS_CERT", file)))
                .isEqualTo("PRESENCE_REDIS_CERT and PRESENCE_REDIS_KEY belong together: set both or none");
        assertThat(refusal(Map.of("REDIS_URL", url, "PRESENCE_REDIS_KEY", file)))
                .endsWith("set both or none");
        for (String plain : List.of("", "redis://redis.example", "redis-sentinel://a#main")) {
            assertThat(refusal(Map.of("REDIS_URL", plain, "PRESENCE_REDIS_CA", file)))
                    .contains("PRESENCE_REDIS_CA")
                    .contains("rediss://");
        }
        for (String setting : List.of("PRESENCE_REDIS_CA", "PRESENCE_REDIS_CERT", "PRESENCE_REDIS_KEY")) {
            assertThat(refusal(Map.of(
                            "REDIS_URL", url, setting, folder.resolve("absent").toString())))
                    .startsWith(setting + "=")
                    .endsWith(" is not a file that can be read");
        }
        RedisConfig redis = ServiceConfig.from(Map.of(
                        "REDIS_URL",
                        url,
                        "PRESENCE_REDIS_CA",
                        file,
                        "PRESENCE_REDIS_CERT",
                        file,
                        "PRESENCE_REDIS_KEY",
                        file))
                .redis();
        assertThat(redis.tls()).isEqualTo(new ClientTlsConfig(file, file, file));
    }

    // ---- tokens ----

    private static final String SECRET = "x".repeat(32);

    @Test
    void tokensAreCheckedByOneKindOfKey() throws ConfigException {
        assertThat(ServiceConfig.from(Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_SECRET", SECRET))
                        .auth()
                        .required())
                .isTrue();
        assertThat(refusal("PRESENCE_AUTH", "jwt")).contains("exactly one of").endsWith("not 0");
        assertThat(refusal(Map.of(
                        "PRESENCE_AUTH",
                        "jwt",
                        "PRESENCE_JWT_SECRET",
                        SECRET,
                        "PRESENCE_JWT_JWKS",
                        "https://id.example/k")))
                .endsWith("not 2");
        assertThat(refusal("PRESENCE_JWT_SECRET", SECRET))
                .contains("asks for no token")
                .doesNotContain(SECRET);
        assertThat(refusal(Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_SECRET", SECRET.substring(1))))
                .contains("at least 32 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://id.example/keys",
                "http://localhost:x@evil.example/keys",
                "http://localhost.evil.example/keys",
                "https://me:hunter2@id.example/keys",
                "ftp://id.example/keys",
                "https:///keys"
            })
    void keysComeOverASafeUrl(String url) {
        assertThat(refusal(Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_JWKS", url)))
                .contains("must be a file or an https:// URL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://id.example/keys?api_key=hunter2", "http://127.0.0.1:8080/keys", "http://[::1]/keys"})
    void keysMayComeFromAUrl(String url) throws ConfigException {
        ServiceConfig config = ServiceConfig.from(Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_JWKS", url));
        assertThat(config.auth().jwks()).isEqualTo(url);
        assertThat(config.toString()).doesNotContain("hunter2");
    }

    @Test
    void theSecretIsNotPrinted() throws ConfigException {
        assertThat(ServiceConfig.from(Map.of("PRESENCE_AUTH", "jwt", "PRESENCE_JWT_SECRET", SECRET))
                        .toString())
                .doesNotContain(SECRET);
    }

    @Test
    void severalHostsAreAClusterUnlessTheyAreSentinels() throws ConfigException {
        assertThat(with("REDIS_URL", "redis://a:1,b:2").redis().isCluster()).isTrue();
        assertThat(with("REDIS_URL", "redis://a:1").redis().isCluster()).isFalse();
        assertThat(with("REDIS_URL", "redis-sentinel://a:1,b:2#m").redis().isCluster())
                .isFalse();
    }

    @Test
    void onlyAClusterHasShards() throws ConfigException {
        assertThat(refusal(Map.of("REDIS_URL", "redis://a:1", "PRESENCE_REDIS_PUBSUB", "sharded")))
                .contains("Redis Cluster");
        assertThat(ServiceConfig.from(Map.of("REDIS_URL", "redis://a:1,b:2", "PRESENCE_REDIS_PUBSUB", "sharded"))
                        .redis()
                        .sharded())
                .isTrue();
        assertThat(with("PRESENCE_TAP", " b1, b2 ,").redis().tapped()).containsExactly("b1", "b2");
    }

    @Test
    void theTokenOfTheApiIsLongAndNotPrinted() throws ConfigException {
        assertThat(refusal("PRESENCE_API_TOKEN", "hunter2"))
                .contains("16 bytes")
                .doesNotContain("hunter2");
        assertThat(with("PRESENCE_API_TOKEN", SECRET).api().token()).isEqualTo(SECRET);
        assertThat(with("PRESENCE_API_TOKEN", SECRET).toString()).doesNotContain(SECRET);
        assertThat(refusal("PRESENCE_API_TOKENS_FILE", "no/such/file")).contains("PRESENCE_API_TOKENS_FILE");
    }

    @Test
    void aMessageThatIsAllowedIsNotTooManyBytes() throws ConfigException {
        assertThat(refusal("PRESENCE_BYTES_PER_SECOND", "65535")).contains("PRESENCE_MAX_FRAME_BYTES=65536");
        assertThat(with("PRESENCE_BYTES_PER_SECOND", "65536").limits().bytesPerSecond())
                .isEqualTo(65_536);
    }

    // ---- names ----

    @Test
    void unknownVariablesThatLookLikeOursAreFound() {
        assertThat(ServiceConfig.unknown(
                        Set.of("PRESENCE_TICKHZ", "PRESENCE_TICK_HZ", "PRESENCE_", "PATH", "WS_PORTS", "presence_x")))
                .containsExactly("PRESENCE_", "PRESENCE_TICKHZ");
        assertThat(ServiceConfig.unknown(Set.of("REDIS_URL_FILE", "PRESENCE_BIND_FILE")))
                .containsExactly("PRESENCE_BIND_FILE");
        assertThat(ServiceConfig.unknown(Set.of())).isEmpty();
    }

    @Test
    void noSettingIsUnknown() {
        assertThat(ServiceConfig.unknown(Set.copyOf(
                        Arrays.stream(Setting.values()).map(Setting::name).toList())))
                .isEmpty();
    }

    @Test
    void everySettingHasAnOptionOfItsOwn() {
        assertThat(Setting.values())
                .extracting(Setting::option)
                .doesNotHaveDuplicates()
                .doesNotContain("--help", "--version")
                .allMatch(option -> option.matches("--[a-z]+(-[a-z]+)*"));
        assertThat(Setting.WS_PORT.option()).isEqualTo("--ws-port");
        assertThat(Setting.PRESENCE_TICK_HZ.option()).isEqualTo("--tick-hz");
    }

    @ParameterizedTest
    @EnumSource
    void everySettingSaysWhatItMeans(Setting setting) {
        assertThat(setting.meaning()).isNotBlank();
    }

    @Test
    void aLeaseHoldsThreeHeartbeats() {
        assertThat(refusal(Map.of("PRESENCE_NODE_HEARTBEAT_MS", "3000")))
                .contains("PRESENCE_NODE_LEASE_MS=8000")
                .contains("PRESENCE_NODE_HEARTBEAT_MS=3000");
    }

    @Test
    void thePasswordInTheUrlIsNotPrinted() throws ConfigException {
        assertThat(with("REDIS_URL", "redis://user:geheim@127.0.0.1:6379").toString())
                .doesNotContain("geheim");
    }
}
