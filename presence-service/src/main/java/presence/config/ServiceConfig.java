package presence.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The whole configuration, validated; see {@link Setting} for what each value means. */
public record ServiceConfig(
        String bind,
        int wsPort,
        String opsBind,
        int opsPort,
        String serverLabel,
        Redis redis,
        Boards boards,
        Clients clients,
        Duration drain,
        int drainRate,
        boolean readyWithoutRedis,
        String allowedOrigins,
        Tls tls,
        Auth auth,
        Duration filesCheck,
        String transport,
        int eventLoops,
        boolean demo,
        Proxy proxy,
        Limits limits,
        Handshakes handshakes,
        Ops ops,
        Api api) {
    /** Of an address, however few a node may have: a browser opens several. */
    private static final int LEAST_HANDSHAKES = 16;

    /**
     * @param url empty = no Redis
     * @param urlFile where the URL stands; empty if in a variable
     */
    public record Redis(
            String url,
            String urlFile,
            ClientTls tls,
            boolean required,
            Duration commandTimeout,
            String prefix,
            boolean jsonEnvelopes,
            Duration segmentTtl,
            Duration nodeHeartbeat,
            Duration nodeLease,
            boolean sharded,
            List<String> tapped,
            int boardWriteBytesPerSecond) {
        public boolean enabled() {
            return !url.isEmpty();
        }

        /** Whether the URL names several servers that are no Sentinels. */
        public boolean isCluster() {
            return !url.startsWith("redis-sentinel:") && url.indexOf(',') >= 0;
        }

        public boolean isTls() {
            return url.startsWith("rediss");
        }

        /** Without the URL, which may hold a password. */
        @Override
        public String toString() {
            return "Redis[enabled=" + enabled() + ", required=" + required + ", prefix=" + prefix + "]";
        }
    }

    /** @param token empty = the API is off */
    public record Api(String token, int maxBans) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Api[on=" + !token.isEmpty() + ", maxBans=" + maxBans + "]";
        }
    }

    /**
     * @param maxBoards 0 = by the memory there is
     * @param maxUserBoardMembers 0 = no limit
     * @param maxUserMembers on a node; 0 = no limit
     * @param audit zero = on request only
     */
    public record Boards(
            int tickHz,
            int tickMinHz,
            Duration rosterTick,
            Duration linger,
            Duration slotRest,
            Duration grace,
            int maxMembers,
            int maxBoards,
            int maxUserBoardMembers,
            int maxUserMembers,
            int changeBytes,
            int signalBytesPerSecond,
            Duration audit) {}

    public record Clients(
            Duration heartbeat,
            Duration handshakeTimeout,
            Duration firstFrameTimeout,
            int maxConnections,
            int maxBoards,
            int maxFrameBytes,
            int maxNameBytes,
            int maxStateBytes,
            int maxStateKeys,
            int maxSignalBytes,
            int reliableLaneBytes,
            Duration slowReader) {}

    /**
     * Bounds on connections, rates and memory; 0 = none, but for {@code handshakes} and {@code bufferedMb}.
     *
     * @param handshakes at once
     * @param perAddress connections
     * @param bufferedMb 0 = by the memory there is
     */
    public record Limits(
            int handshakes,
            int handshakesPerSecond,
            int perAddress,
            int joinsPerSecond,
            int joinsPerMinute,
            int resumesPerSecond,
            int framesPerSecond,
            int bytesPerSecond,
            int signalsPerSecond,
            int statesPerSecond,
            int eventBytesPerSecond,
            int bufferedMb) {}

    /**
     * Bounds on connections that are no WebSocket yet, besides those in {@link Limits}.
     *
     * @param perAddress at once, from one address or IPv6 /64 network
     * @param bytes that all of them together may have sent
     */
    public record Handshakes(int perAddress, long bytes) {}

    /**
     * Bounds of the operators' port.
     *
     * @param hosts names it answers to beside the default ones, comma-separated
     * @param timeout for a request to arrive, and for an answer to be read
     * @param requestsPerSecond 0 = no limit
     */
    public record Ops(String hosts, int maxConnections, Duration timeout, int requestsPerSecond) {}

    /** @param trusted networks of the balancers, by commas */
    public record Proxy(boolean on, String trusted) {}

    /**
     * @param secret, publicKey, jwks one of them is not empty, if required
     * @param secretFile where the secret stands; empty if in a variable
     * @param publicKey a path
     * @param jwks a path or a URL
     * @param audiences empty = any
     * @param jwksPrivate whether the name in a key set's URL may lead to a private address
     */
    public record Auth(
            boolean required,
            String secret,
            String secretFile,
            String publicKey,
            String jwks,
            Duration jwksRefresh,
            String issuer,
            List<String> audiences,
            Duration leeway,
            boolean jwksPrivate) {
        public boolean jwksIsUrl() {
            return jwks.contains("://");
        }

        /** Without what may be a secret in it: a query. */
        public String jwksShown() {
            return jwks.replaceFirst("\\?.*", "?…");
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Auth[required=" + required + ", publicKey=" + publicKey + ", jwks=" + jwksShown() + ", issuer="
                    + issuer + ", audiences=" + audiences + "]";
        }
    }

    /**
     * Paths of PEM files with which a client speaks TLS.
     *
     * @param ca empty = whom the JVM trusts
     * @param certificate empty = none is shown
     */
    public record ClientTls(String ca, String certificate, String key) {
        public boolean isAny() {
            return !ca.isEmpty() || !certificate.isEmpty();
        }
    }

    /** Paths of PEM files. */
    public record Tls(String certificate, String key) {
        public boolean enabled() {
            return !certificate.isEmpty();
        }
    }

    /**
     * Reads the settings from {@code values}, keyed by environment variable; what is absent or empty
     * takes its default.
     *
     * @throws ConfigException for the first value that cannot be used
     */
    public static ServiceConfig from(Map<String, String> values) throws ConfigException {
        SettingReader read = new SettingReader(values);
        Redis redis = new Redis(
                redisUrl(read),
                read.secretFile(Setting.REDIS_URL),
                clientTls(read),
                read.flag(Setting.PRESENCE_REDIS_REQUIRED, "true", "false"),
                read.millis(Setting.PRESENCE_REDIS_TIMEOUT_MS, 100, 60_000),
                prefix(read),
                read.flag(Setting.PRESENCE_ENVELOPE_FORMAT, "json", "protobuf"),
                read.seconds(Setting.PRESENCE_TTL_SECONDS, 15, 86_400),
                read.millis(Setting.PRESENCE_NODE_HEARTBEAT_MS, 100, 60_000),
                read.millis(Setting.PRESENCE_NODE_LEASE_MS, 500, 600_000),
                read.flag(Setting.PRESENCE_REDIS_PUBSUB, "sharded", "classic"),
                list(read.text(Setting.PRESENCE_TAP)),
                read.number(Setting.PRESENCE_BOARD_WRITE_BYTES_PER_SECOND, 65_536, 100_000_000));
        if (redis.sharded() && !redis.isCluster()) {
            throw new ConfigException(
                    "PRESENCE_REDIS_PUBSUB=sharded needs a Redis Cluster: name several of its servers in"
                            + " REDIS_URL, as redis://one:6379,two:6379");
        }
        if (redis.tls().isAny() && !redis.isTls()) {
            throw new ConfigException(
                    "PRESENCE_REDIS_CA, PRESENCE_REDIS_CERT and PRESENCE_REDIS_KEY mean something only"
                            + " with a REDIS_URL that begins with rediss://: unset them, or write it so");
        }
        if (redis.nodeLease().compareTo(redis.nodeHeartbeat().multipliedBy(3)) < 0) {
            throw new ConfigException(
                    "PRESENCE_NODE_LEASE_MS=" + redis.nodeLease().toMillis()
                            + " must be at least 3 times PRESENCE_NODE_HEARTBEAT_MS="
                            + redis.nodeHeartbeat().toMillis() + ": a lost heartbeat must not be a death");
        }
        Boards boards = new Boards(
                read.number(Setting.PRESENCE_TICK_HZ, 1, 120),
                read.number(Setting.PRESENCE_TICK_MIN_HZ, 1, 120),
                read.millis(Setting.PRESENCE_ROSTER_TICK_MS, 5, 1_000),
                read.seconds(Setting.PRESENCE_LINGER_SECONDS, 0, 3_600),
                read.seconds(Setting.PRESENCE_SLOT_REST_SECONDS, 0, 3_600),
                read.millis(Setting.PRESENCE_GRACE_MS, 0, 600_000),
                read.number(Setting.PRESENCE_MAX_BOARD_MEMBERS, 1, 100_000),
                read.number(Setting.PRESENCE_MAX_NODE_BOARDS, 0, 10_000_000),
                read.number(Setting.PRESENCE_MAX_USER_BOARD_MEMBERS, 0, 100_000),
                read.number(Setting.PRESENCE_MAX_USER_MEMBERS, 0, 10_000_000),
                read.number(Setting.PRESENCE_BOARD_CHANGE_BYTES, 8_192, 16_777_216),
                eventBytesPerSecond(read, Setting.PRESENCE_BOARD_SIGNAL_BYTES_PER_SECOND),
                read.seconds(Setting.PRESENCE_AUDIT_SECONDS, 0, 86_400));
        Clients clients = new Clients(
                read.millis(Setting.PRESENCE_HEARTBEAT_MS, 200, 600_000),
                read.millis(Setting.PRESENCE_HANDSHAKE_TIMEOUT_MS, 100, 60_000),
                read.millis(Setting.PRESENCE_FIRST_FRAME_TIMEOUT_MS, 100, 600_000),
                read.number(Setting.PRESENCE_MAX_CONNECTIONS, 1, Integer.MAX_VALUE),
                read.number(Setting.PRESENCE_MAX_BOARDS, 1, 1_024),
                read.number(Setting.PRESENCE_MAX_FRAME_BYTES, 1_024, 1_048_576),
                read.number(Setting.PRESENCE_MAX_NAME_BYTES, 8, 1_024),
                read.number(Setting.PRESENCE_MAX_STATE_BYTES, 0, 4_096),
                read.number(Setting.PRESENCE_MAX_STATE_KEYS, 0, 1_024),
                read.number(Setting.PRESENCE_MAX_SIGNAL_BYTES, 0, 32_768),
                read.number(Setting.PRESENCE_RELIABLE_LANE_BYTES, 65_536, 67_108_864),
                read.millis(Setting.PRESENCE_SLOW_READER_MS, 1_000, 3_600_000));
        if (clients.maxSignalBytes() + 1_024 > clients.maxFrameBytes()) {
            throw new ConfigException("PRESENCE_MAX_SIGNAL_BYTES=" + clients.maxSignalBytes()
                    + " does not fit PRESENCE_MAX_FRAME_BYTES=" + clients.maxFrameBytes()
                    + ": lower the first or raise the second");
        }
        read.oneOf(Setting.LOG_LEVEL, "error", "warn", "info", "debug", "trace");
        read.oneOf(Setting.LOG_FORMAT, "text", "json");
        return new ServiceConfig(
                read.text(Setting.PRESENCE_BIND),
                read.number(Setting.WS_PORT, 0, 65_535),
                read.text(Setting.PRESENCE_OPS_BIND),
                read.number(Setting.OPS_PORT, 0, 65_535),
                read.text(Setting.SERVER_ID),
                redis,
                boards,
                clients,
                read.millis(Setting.PRESENCE_DRAIN_MS, 0, 600_000),
                read.number(Setting.PRESENCE_DRAIN_RATE, 1, 1_000_000),
                read.flag(Setting.PRESENCE_READY_WITHOUT_REDIS, "true", "false"),
                read.text(Setting.PRESENCE_ALLOWED_ORIGINS),
                tls(read),
                auth(read),
                read.millis(Setting.PRESENCE_FILES_CHECK_MS, 100, 3_600_000),
                read.oneOf(Setting.PRESENCE_TRANSPORT, "auto", "io_uring", "epoll", "nio"),
                read.number(Setting.PRESENCE_EVENT_LOOPS, 0, 1_024),
                read.flag(Setting.PRESENCE_DEMO, "on", "off"),
                new Proxy(
                        read.flag(Setting.PRESENCE_PROXY_PROTOCOL, "on", "off"),
                        read.text(Setting.PRESENCE_PROXY_TRUSTED)),
                new Limits(
                        read.number(Setting.PRESENCE_MAX_HANDSHAKES, 1, 10_000_000),
                        read.number(Setting.PRESENCE_HANDSHAKES_PER_SECOND, 0, 1_000_000),
                        read.number(Setting.PRESENCE_MAX_CONNECTIONS_PER_ADDRESS, 0, 10_000_000),
                        read.number(Setting.PRESENCE_JOINS_PER_SECOND, 0, 100_000),
                        read.number(Setting.PRESENCE_JOINS_PER_MINUTE, 0, 100_000),
                        resumesPerSecond(read, clients),
                        read.number(Setting.PRESENCE_FRAMES_PER_SECOND, 0, 1_000_000),
                        bytesPerSecond(read, clients),
                        read.number(Setting.PRESENCE_SIGNALS_PER_SECOND, 0, 1_000_000),
                        read.number(Setting.PRESENCE_STATES_PER_SECOND, 0, 1_000_000),
                        eventBytesPerSecond(read, Setting.PRESENCE_EVENT_BYTES_PER_SECOND),
                        read.number(Setting.PRESENCE_MAX_BUFFERED_MB, 0, 65_536)),
                handshakes(read),
                new Ops(
                        read.text(Setting.PRESENCE_OPS_HOSTS),
                        read.number(Setting.PRESENCE_OPS_MAX_CONNECTIONS, 1, 10_000),
                        read.millis(Setting.PRESENCE_OPS_TIMEOUT_MS, 100, 600_000),
                        read.number(Setting.PRESENCE_OPS_REQUESTS_PER_SECOND, 0, 100_000)),
                api(read));
    }

    /** The variables in {@code names} that begin like ours and are none of ours. */
    public static List<String> unknown(Set<String> names) {
        Set<String> known = new HashSet<>();
        for (Setting setting : Setting.values()) {
            known.add(setting.name());
            if (setting.isSecret()) {
                known.add(setting.fileVariable());
            }
        }
        List<String> unknown = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith("PRESENCE_") && !known.contains(name)) {
                unknown.add(name);
            }
        }
        unknown.sort(null);
        return unknown;
    }

    private static String redisUrl(SettingReader read) throws ConfigException {
        String url = read.secret(Setting.REDIS_URL);
        if (url.isEmpty() || url.matches("(redis|rediss|redis-sentinel)://.+")) {
            return url;
        }
        // The value may hold a password: it is not repeated.
        throw new ConfigException("REDIS_URL must begin with redis://, rediss:// or redis-sentinel://");
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static ClientTls clientTls(SettingReader read) throws ConfigException {
        ClientTls tls = new ClientTls(
                read.file(Setting.PRESENCE_REDIS_CA),
                read.file(Setting.PRESENCE_REDIS_CERT),
                read.file(Setting.PRESENCE_REDIS_KEY));
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            throw new ConfigException("PRESENCE_REDIS_CERT and PRESENCE_REDIS_KEY belong together: set both or none");
        }
        return tls;
    }

    private static Api api(SettingReader read) throws ConfigException {
        String token = read.secret(Setting.PRESENCE_API_TOKEN);
        if (!token.isEmpty() && token.getBytes(StandardCharsets.UTF_8).length < 16) {
            throw new ConfigException("PRESENCE_API_TOKEN must have at least 16 bytes: it can be guessed otherwise");
        }
        return new Api(token, read.number(Setting.PRESENCE_MAX_BANS, 0, 1_000_000));
    }

    private static Auth auth(SettingReader read) throws ConfigException {
        String jwks = read.text(Setting.PRESENCE_JWT_JWKS);
        Auth auth = new Auth(
                read.flag(Setting.PRESENCE_AUTH, "jwt", "none"),
                read.secret(Setting.PRESENCE_JWT_SECRET),
                read.secretFile(Setting.PRESENCE_JWT_SECRET),
                read.file(Setting.PRESENCE_JWT_PUBLIC_KEY),
                jwks.contains("://") ? jwks : read.file(Setting.PRESENCE_JWT_JWKS),
                read.seconds(Setting.PRESENCE_JWT_JWKS_REFRESH_SECONDS, 5, 86_400),
                read.text(Setting.PRESENCE_JWT_ISSUER),
                list(read.text(Setting.PRESENCE_JWT_AUDIENCE)),
                read.seconds(Setting.PRESENCE_JWT_LEEWAY_SECONDS, 0, 300),
                read.flag(Setting.PRESENCE_JWT_JWKS_ADDRESSES, "any", "public"));
        long keys = Stream.of(auth.secret(), auth.publicKey(), auth.jwks())
                .filter(key -> !key.isEmpty())
                .count();
        String choice = "PRESENCE_JWT_SECRET, PRESENCE_JWT_PUBLIC_KEY and PRESENCE_JWT_JWKS";
        if (auth.required() && keys != 1) {
            throw new ConfigException("PRESENCE_AUTH=jwt needs exactly one of " + choice + ", not " + keys);
        }
        if (!auth.required() && keys > 0) {
            throw new ConfigException("one of " + choice + " is set, but nobody is asked for a token:"
                    + " set PRESENCE_AUTH=jwt, or unset it");
        }
        if (!auth.secret().isEmpty() && auth.secret().getBytes(StandardCharsets.UTF_8).length < 32) {
            throw new ConfigException("PRESENCE_JWT_SECRET must have at least 32 bytes: it can be guessed otherwise");
        }
        if (auth.jwksIsUrl() && !isSafe(jwks)) {
            throw new ConfigException("PRESENCE_JWT_JWKS=" + SettingReader.shown(auth.jwksShown())
                    + " must be a file or an https:// URL without a user: whoever can change the keys can be anybody");
        }
        return auth;
    }

    /** In clear text only within this machine. */
    private static boolean isSafe(String url) {
        try {
            URI uri = new URI(url);
            boolean local = Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
            return uri.getHost() != null
                    && uri.getUserInfo() == null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && local);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Handshakes handshakes(SettingReader read) throws ConfigException {
        int all = read.number(Setting.PRESENCE_MAX_HANDSHAKES, 1, 10_000_000);
        int perAddress = read.number(Setting.PRESENCE_MAX_HANDSHAKES_PER_ADDRESS, 0, 10_000_000);
        return new Handshakes(
                perAddress == 0 ? Math.max(LEAST_HANDSHAKES, all / 4) : perAddress,
                (long) read.number(Setting.PRESENCE_MAX_HANDSHAKE_MB, 1, 65_536) << 20);
    }

    /** Twice as many may come at once, and that must be enough for a client that returns to all its boards. */
    private static int resumesPerSecond(SettingReader read, Clients clients) throws ConfigException {
        int resumes = read.number(Setting.PRESENCE_RESUMES_PER_SECOND, 0, 100_000);
        return resumes == 0 ? 0 : Math.max(resumes, (clients.maxBoards() + 1) / 2);
    }

    private static int bytesPerSecond(SettingReader read, Clients clients) throws ConfigException {
        return bytesPerSecond(
                read, Setting.PRESENCE_BYTES_PER_SECOND, Setting.PRESENCE_MAX_FRAME_BYTES, clients.maxFrameBytes());
    }

    private static int eventBytesPerSecond(SettingReader read, Setting setting) throws ConfigException {
        int signal = read.number(Setting.PRESENCE_MAX_SIGNAL_BYTES, 0, 32_768);
        return bytesPerSecond(read, setting, Setting.PRESENCE_MAX_SIGNAL_BYTES, signal);
    }

    private static int bytesPerSecond(SettingReader read, Setting setting, Setting message, int messageBytes)
            throws ConfigException {
        int bytes = read.number(setting, 0, 100_000_000);
        if (bytes != 0 && bytes < messageBytes) {
            throw new ConfigException(setting + "=" + bytes + " must be 0 or at least " + message + "=" + messageBytes
                    + ": a message that is allowed must not be too much");
        }
        return bytes;
    }

    private static Tls tls(SettingReader read) throws ConfigException {
        Tls tls = new Tls(read.file(Setting.PRESENCE_TLS_CERT), read.file(Setting.PRESENCE_TLS_KEY));
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            throw new ConfigException("PRESENCE_TLS_CERT and PRESENCE_TLS_KEY belong together: set both or none");
        }
        return tls;
    }

    private static String prefix(SettingReader read) throws ConfigException {
        String prefix = read.text(Setting.PRESENCE_PREFIX);
        if (!prefix.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new ConfigException("PRESENCE_PREFIX=" + SettingReader.shown(prefix)
                    + " must be 1 to 64 letters, digits, dots, dashes or underscores");
        }
        return prefix;
    }
}
