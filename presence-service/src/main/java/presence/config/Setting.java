package presence.config;

import java.util.List;
import java.util.Locale;

/**
 * The settings: environment variable, default, meaning, kind and range. The command-line option is the same name in
 * lower case with dashes, without {@code PRESENCE_}.
 */
public enum Setting {
    WS_PORT(3001, 0, 65_535, "public port: WebSocket, /healthz, demo page, browser client", "any free port"),
    PRESENCE_BIND("0.0.0.0", "address the public port listens on"),
    PRESENCE_PROXY_PROTOCOL(
            "off",
            List.of("on", "off"),
            "on or off: every connection to the public port begins with a PROXY header, version 1 or 2"),
    PRESENCE_PROXY_TRUSTED(
            "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
            "comma-separated CIDRs of trusted load balancers; PROXY headers from elsewhere are refused"),
    OPS_PORT(9464, 0, 65_535, "operators' port: health and metrics", "any free port"),
    PRESENCE_OPS_BIND("127.0.0.1", "address the operators' port listens on"),
    PRESENCE_OPS_HOSTS(
            "",
            "comma-separated names that requests to the operators' port may have as Host besides IP addresses, localhost,"
                    + " the machine's own name and, unless PRESENCE_OPS_BIND is loopback, names without a dot or in .svc,"
                    + " .cluster.local and .internal; *.example.com for subdomains, * = any"),
    PRESENCE_OPS_MAX_CONNECTIONS(
            100,
            1,
            10_000,
            "connections to the operators' port; one more closes the longest idle connection of the address with the most"
                    + " connections"),
    PRESENCE_OPS_TIMEOUT_MS(
            10_000,
            100,
            600_000,
            "time for a request to the operators' port to arrive, and for its response to be read"),
    PRESENCE_OPS_REQUESTS_PER_SECOND(
            100,
            0,
            100_000,
            "requests to the operators' port per second, except to /health/; more are delayed",
            "no limit"),
    PRESENCE_OPS_DETAILS(
            "auto",
            List.of("auto", "on", "off"),
            "on or off: names of boards and texts of warnings on the operators' page, which needs no token; auto = on where"
                    + " PRESENCE_OPS_BIND is loopback"),
    PRESENCE_OPS_WARNINGS(
            50, 0, 1_000, "different warnings kept in memory for the operators' page, the latest ones", "none"),
    PRESENCE_OTLP_URL(
            "",
            "address to which all metrics are also sent by OTLP over HTTP, such as http://collector:4318/v1/metrics; empty ="
                    + " none"),
    PRESENCE_OTLP_INTERVAL_SECONDS(60, 1, 3_600, "time between two sendings of metrics to PRESENCE_OTLP_URL"),
    PRESENCE_OTLP_HEADERS(
            Kind.SECRET,
            "headers of these requests, comma-separated, such as Authorization=Bearer x; names are not case-sensitive"),
    SERVER_ID("", "label of this node besides its UUID, shown to clients and in logs"),

    REDIS_URL(
            Kind.SECRET,
            "redis://, rediss:// or redis-sentinel:// URL; several comma-separated hosts = a Redis Cluster; empty = a"
                    + " single node without Redis"),
    PRESENCE_REDIS_CA(
            Kind.FILE,
            "PEM file with the CA certificates that verify Redis's certificate, with rediss://; empty = the JVM's trust"
                    + " store"),
    PRESENCE_REDIS_CERT(Kind.FILE, "PEM file with the client certificate and its chain for Redis, with rediss://"),
    PRESENCE_REDIS_KEY(Kind.FILE, "PEM file with the private key of that certificate, not encrypted"),
    PRESENCE_REDIS_REQUIRED(
            "true",
            List.of("true", "false"),
            "true = exit at start when Redis cannot be reached or refuses writes; false = start without Redis and retry in"
                    + " the background"),
    PRESENCE_READY_WITHOUT_REDIS(
            "true",
            List.of("true", "false"),
            "true = a node that loses Redis at run time stays ready; false = it reports not ready, as all other nodes do,"
                    + " until Redis is back"),
    PRESENCE_REDIS_TIMEOUT_MS(2_000, 100, 60_000, "timeout of a Redis command"),
    PRESENCE_REDIS_START_MS(
            20_000,
            1_000,
            600_000,
            "how long a starting node repeats attempts that Redis does not answer in time; a refusal ends the start at"
                    + " once"),
    PRESENCE_REDIS_PUBSUB(
            "classic",
            List.of("sharded", "classic"),
            "channels of boards in a Redis Cluster: classic = every server gets every message; sharded = only the servers"
                    + " of the board's slot (Redis 7 or later)"),
    PRESENCE_TAP(
            "",
            "comma-separated boards whose messages are published a second time on presence:tap:<id>, for subscribers of"
                    + " sharded channels; * = all"),
    PRESENCE_SKIP_UNHEARD_CURSORS(
            "on",
            List.of("on", "off"),
            "on = cursors of a board that no other node and no pattern listens to are published once a second at most; off ="
                    + " always; always, too, in a Redis Cluster with classic channels"),
    PRESENCE_PREFIX("presence", "first word of every Redis channel and key; lets environments share a Redis"),
    PRESENCE_ENVELOPE_FORMAT(
            "protobuf",
            List.of("json", "protobuf"),
            "format of published envelopes: protobuf, or json to read them with redis-cli"),
    PRESENCE_TTL_SECONDS(90, 15, 86_400, "TTL of a roster segment in Redis that is not refreshed"),
    PRESENCE_NODE_HEARTBEAT_MS(2_000, 100, 60_000, "interval of the heartbeats that a node publishes"),
    PRESENCE_NODE_LEASE_MS(
            8_000, 500, 600_000, "silence after which a node is treated as dead, at least 3 node heartbeats"),
    PRESENCE_AUDIT_SECONDS(
            60,
            0,
            86_400,
            "interval at which connections, boards and Redis are compared and repaired",
            "on request only"),
    PRESENCE_LINGER_SECONDS(30, 0, 3_600, "how long an empty board keeps its subscription"),

    PRESENCE_TICK_HZ(30, 1, 120, "cursor frames per second and board while the node is not busy"),
    PRESENCE_TICK_MIN_HZ(
            10, 1, 120, "cursor frames per second of a large board on a busy node, at most PRESENCE_TICK_HZ"),
    PRESENCE_OBSERVER_HZ(
            10,
            0,
            120,
            "cursor frames per second and board to observers, at most PRESENCE_TICK_HZ; fewer on a busy node, as the"
                    + " board ticks slower",
            "as fast as the board ticks"),
    PRESENCE_VIEWPORT_THRESHOLD(
            64,
            0,
            1_000_000,
            "positions per tick from which on a board sends clients that tell what they show only the cursors there, on"
                    + " boards of twice as many members",
            "all cursors to all"),
    PRESENCE_ROSTER_TICK_MS(50, 5, 1_000, "how long joins, leaves and updates of a board are collected into one frame"),
    PRESENCE_HEARTBEAT_MS(
            25_000,
            200,
            600_000,
            "heartbeat interval announced to clients; a connection silent for 2.5 intervals is closed"),
    PRESENCE_HEARTBEAT_GATHER_MS(
            20,
            0,
            1_000,
            "how long heartbeats may wait for others on an event loop that has read nothing else for half a second, so"
                    + " that they are answered together; the first frame after that may wait as long; 0 = no wait"),
    PRESENCE_HANDSHAKE_TIMEOUT_MS(5_000, 100, 60_000, "time for the WebSocket handshake"),
    PRESENCE_FIRST_FRAME_TIMEOUT_MS(10_000, 100, 600_000, "time from the handshake to the first frame"),
    PRESENCE_GRACE_MS(10_000, 0, 600_000, "how long a member whose connection was lost is kept, as away, for a resume"),
    PRESENCE_DRAIN_MS(
            25_000, 0, 600_000, "how long a stopping node serves its clients and keeps their members, at most"),
    PRESENCE_DRAIN_RATE(
            200,
            1,
            1_000_000,
            "clients per second that a stopping node asks to reconnect elsewhere, more if time is short"),
    PRESENCE_WATCH_INTERVAL_MS(
            1_000,
            100,
            60_000,
            "interval at which a node reads how many and who is on a board that clients watch without joining it"),
    PRESENCE_WATCH_READS_PER_SECOND(
            2_000,
            1,
            1_000_000,
            "watched boards that a node reads from Redis per second; if clients watch more, each is read less often"),
    PRESENCE_SLOT_REST_SECONDS(60, 0, 3_600, "how long a freed slot or board ref is not used again"),

    PRESENCE_MAX_CONNECTIONS(100_000, 1, Integer.MAX_VALUE, "connections on this node; more are closed with 1013"),
    PRESENCE_MAX_CONNECTIONS_PER_ADDRESS(
            0,
            0,
            10_000_000,
            "connections from one address, or one IPv6 /64 network, to this node; more are closed with 4429",
            "no limit"),
    PRESENCE_MAX_HANDSHAKES(
            10_000, 1, 10_000_000, "connections to this node before their WebSocket handshake; more are closed unread"),
    PRESENCE_MAX_HANDSHAKES_PER_ADDRESS(
            0,
            0,
            10_000_000,
            "the same from one address, or one IPv6 /64 network",
            "a quarter of PRESENCE_MAX_HANDSHAKES, at least 16"),
    PRESENCE_MAX_HANDSHAKE_MB(
            32,
            1,
            65_536,
            "MiB that all connections to this node before their WebSocket handshake may have sent; a connection that"
                    + " exceeds it is closed"),
    PRESENCE_HANDSHAKES_PER_SECOND(
            10_000, 0, 1_000_000, "new WebSockets on this node per second; more are closed with 4429", "no limit"),
    PRESENCE_JOINS_PER_SECOND(20, 0, 100_000, "joins a client may send per second; more are refused", "no limit"),
    PRESENCE_RESUMES_PER_SECOND(
            50,
            0,
            100_000,
            "joins with a resume key a client may send per second, at least half of PRESENCE_MAX_BOARDS; more are refused;"
                    + " a join whose key matches no member also counts as a join",
            "no limit"),
    PRESENCE_JOINS_PER_MINUTE(
            120, 0, 100_000, "joins of a user per minute, on all nodes, if tokens identify users", "no limit"),
    PRESENCE_FRAMES_PER_SECOND(
            2_000,
            0,
            1_000_000,
            "messages and pings a client may send per second; more close the connection with 4429",
            "no limit"),
    PRESENCE_BYTES_PER_SECOND(
            1_048_576,
            0,
            100_000_000,
            "bytes a client may send per second, at least PRESENCE_MAX_FRAME_BYTES; more close the connection with 4429",
            "no limit"),
    PRESENCE_REACTIONS_PER_SECOND(
            10, 0, 1_000_000, "reactions a client may send per second; more are refused", "no limit"),
    PRESENCE_ROSTER_PAGES_PER_SECOND(
            10, 0, 100_000, "roster_page frames a client may send per second; more are refused", "no limit"),
    PRESENCE_LOCKS_PER_SECOND(
            20, 0, 1_000_000, "lock and unlock frames a client may send per second; more are refused", "no limit"),
    PRESENCE_SIGNALS_PER_SECOND(50, 0, 1_000_000, "signals a client may send per second; more are refused", "no limit"),
    PRESENCE_STATES_PER_SECOND(
            50, 0, 1_000_000, "state frames a client may send per second; more are refused", "no limit"),
    PRESENCE_WATCHES_PER_SECOND(
            5, 0, 100_000, "watch frames a client may send per second; more are refused", "no limit"),
    PRESENCE_EVENT_BYTES_PER_SECOND(
            131_072,
            0,
            100_000_000,
            "bytes of joins, states and signals a client may send per second, at least PRESENCE_MAX_SIGNAL_BYTES; more are"
                    + " refused",
            "no limit"),
    PRESENCE_BOARD_SIGNAL_BYTES_PER_SECOND(
            524_288,
            0,
            100_000_000,
            "bytes of local members' signals a board forwards per second, at least PRESENCE_MAX_SIGNAL_BYTES; more are"
                    + " refused",
            "no limit"),
    PRESENCE_BOARD_CHANGE_BYTES(
            131_072,
            8_192,
            16_777_216,
            "bytes of joins, leaves and updates a board sends each client per roster tick, at most"
                    + " PRESENCE_RELIABLE_LANE_BYTES; more wait for the next tick"),
    PRESENCE_BOARD_WRITE_BYTES_PER_SECOND(
            1_048_576,
            65_536,
            100_000_000,
            "bytes of members' records a board of this node writes to Redis per second; more wait and are merged"),
    PRESENCE_MAX_BOARD_MEMBERS(10_000, 1, 100_000, "members of a board, observers of this node included"),
    PRESENCE_MAX_ROSTER_LIMIT(
            1_000,
            1,
            100_000,
            "most members a client may ask for at once: the roster_limit of a join, the limit of a roster_page; frames"
                    + " with more are refused"),
    PRESENCE_MAX_USER_BOARD_MEMBERS(
            50,
            0,
            100_000,
            "members of one user on a board, observers of this node included, if tokens identify users; more are refused",
            "no limit"),
    PRESENCE_MAX_USER_MEMBERS(
            500,
            0,
            10_000_000,
            "members of one user on this node, over all boards, if tokens identify users; more are refused",
            "no limit"),
    PRESENCE_MAX_NODE_BOARDS(
            0,
            0,
            10_000_000,
            "boards of this node, including lingering empty ones, which are at most a quarter; joins of further boards are"
                    + " refused",
            "one per 8 KiB of the largest heap"),
    PRESENCE_MAX_BOARDS(16, 1, 1_024, "boards one connection may join"),
    PRESENCE_MAX_WATCHED_BOARDS(
            200, 0, 1_024, "boards one connection may watch without joining them", "watching is off"),
    PRESENCE_MAX_NODE_WATCHED_BOARDS(
            10_000, 1, 10_000_000, "different boards that all connections to this node may watch; more are refused"),
    PRESENCE_MAX_MEMBER_LOCKS(
            16, 0, 1_000, "locks a member may hold or wait for on a board; more are refused", "locks are off"),
    PRESENCE_MAX_BOARD_LOCKS(500, 1, 10_000, "locks that may be held on a board; more are refused"),
    PRESENCE_MAX_LOCK_WAITERS(32, 0, 1_000, "members that may wait for one lock; more are refused", "none may wait"),
    PRESENCE_MAX_LOCK_MS(300_000, 1_000, 3_600_000, "longest time a lock may last without being renewed"),
    PRESENCE_MAX_FRAME_BYTES(65_536, 1_024, 1_048_576, "size of a client's message"),
    PRESENCE_MAX_NAME_BYTES(128, 8, 1_024, "size of a profile field, state name, signal type or name of a lock"),
    PRESENCE_MAX_STATE_BYTES(4_096, 0, 4_096, "size of a member's state, names included"),
    PRESENCE_MAX_STATE_KEYS(32, 0, 1_024, "entries in a member's state"),
    PRESENCE_MAX_SIGNAL_BYTES(16_384, 0, 32_768, "size of a signal's payload"),
    PRESENCE_RELIABLE_LANE_BYTES(
            262_144,
            65_536,
            67_108_864,
            "bytes that may wait longer than a second for a slow reader before its connection is closed with 4008"),
    PRESENCE_SLOW_READER_MS(
            30_000,
            1_000,
            3_600_000,
            "how long data sent to a client may stay unread before its connection is closed with 4008"),

    PRESENCE_MAX_BUFFERED_MB(
            0,
            0,
            65_536,
            "MiB of unfinished messages and of unread data for all clients of this node; beyond it slow readers are closed"
                    + " with 4008 and unfinished messages with 1013, and rosters for new clients wait",
            "a quarter of the largest heap"),

    PRESENCE_ALLOWED_ORIGINS(
            "*",
            "comma-separated origins of pages that may connect: https://app.example, https://*.example.com for subdomains,"
                    + " capacitor://localhost for an app; * = all"),

    PRESENCE_TLS_CERT(
            Kind.FILE, "PEM file with the certificate and its chain for TLS on the public port; empty = no TLS"),
    PRESENCE_TLS_KEY(Kind.FILE, "PEM file with the certificate's private key, not encrypted"),
    PRESENCE_FILES_CHECK_MS(
            10_000, 100, 3_600_000, "interval at which certificate and key files are checked for changes"),

    PRESENCE_AUTH(
            "none",
            List.of("jwt", "none"),
            "none = any client may join any board; jwt = clients must present a JSON Web Token"),
    PRESENCE_JWT_SECRET(Kind.SECRET, "secret of HS256 tokens, at least 32 bytes"),
    PRESENCE_JWT_PUBLIC_KEY(
            Kind.FILE, "PEM file with the public key, or a certificate, of RS256, ES256 or EdDSA tokens"),
    PRESENCE_JWT_JWKS("", "file or https:// URL of the JSON Web Key Set for RS256, ES256 or EdDSA tokens"),
    PRESENCE_JWT_JWKS_REFRESH_SECONDS(
            300,
            5,
            86_400,
            "interval at which a key set's URL is fetched; a token with an unknown key fetches it in between"),
    PRESENCE_JWT_JWKS_ADDRESSES(
            "public",
            List.of("any", "public"),
            "addresses that the host of that URL may resolve to: public, or any, private ones included; localhost is"
                    + " always allowed"),
    PRESENCE_JWT_ISSUER("", "required iss of a token; empty = any"),
    PRESENCE_JWT_AUDIENCE("", "comma-separated audiences, one of which a token's aud must contain; empty = any"),
    PRESENCE_JWT_LEEWAY_SECONDS(5, 0, 300, "tolerated clock difference to the issuer of tokens"),

    PRESENCE_API_TOKEN(
            Kind.SECRET,
            "bearer token for the HTTP API on the operators' port, at least 16 bytes, that grants everything; empty = the API is"
                    + " off unless PRESENCE_API_TOKENS_FILE is set"),
    PRESENCE_API_TOKENS_FILE(
            Kind.FILE,
            "file with further tokens for the HTTP API, one per line: name, token, comma-separated rights (read, signal,"
                    + " moderate, agents, events, or all), patterns of boards; it may change without a restart"),
    PRESENCE_AGENTS_SECRET(
            Kind.SECRET,
            "secret from which the resume keys of agents are derived, at least 16 bytes, the same on all nodes; empty ="
                    + " PRESENCE_API_TOKEN, and without that and without Redis a random one"),
    PRESENCE_AGENTS_PER_TOKEN(1_000, 0, 1_000_000, "agents of one API token on this node", "no limit"),
    PRESENCE_AGENTS_PER_BOARD(50, 0, 10_000, "agents on a board, over all nodes", "no limit"),
    PRESENCE_AGENT_CALLS_PER_SECOND(
            200,
            0,
            100_000,
            "calls about agents per second and API token to this node; twice as many may come at once",
            "no limit"),
    PRESENCE_MAX_BANS(10_000, 0, 1_000_000, "bans at once"),

    PRESENCE_EVENTS(
            "off",
            List.of("off", "on"),
            "on or off: record who comes and goes in the event log; the same on all nodes"),
    PRESENCE_EVENTS_KINDS(
            "",
            "comma-separated kinds of events to record, of board.opened, board.closed, member.joined, member.left,"
                    + " member.updated, member.kicked, user.online, user.offline, signal; empty = all"),
    PRESENCE_EVENTS_SIGNALS(
            "", "comma-separated types of signals to record, with their payload; empty = no signals are recorded"),
    PRESENCE_EVENTS_BOARDS("*", "comma-separated patterns of boards to record, with * for any characters"),
    PRESENCE_EVENTS_MAX(100_000, 1, 10_000_000, "most events kept in the log, about; the oldest are removed first"),
    PRESENCE_EVENTS_HOURS(72, 1, 8_760, "how long events are kept in the log, about, in hours"),
    PRESENCE_WEBHOOK_URL(
            "", "comma-separated https:// URLs that get the events of the event log; needs PRESENCE_EVENTS=on"),
    PRESENCE_WEBHOOK_SECRET(
            Kind.SECRET,
            "whsec_ and 24 to 64 bytes in base64, with which requests are signed; two, comma-separated or a line each, to"
                    + " exchange them: the new one, then the old one"),
    PRESENCE_WEBHOOK_KINDS("", "comma-separated kinds of events to deliver, of those that are recorded; empty = all"),
    PRESENCE_WEBHOOK_BATCH(100, 1, 500, "most events in one request"),
    PRESENCE_WEBHOOK_BYTES(
            262_144, 1_024, 4_194_304, "most bytes of the events in one request, about; a single event may be larger"),
    PRESENCE_WEBHOOK_GATHER_MS(1_000, 0, 60_000, "how long an event waits for others of the same request"),
    PRESENCE_WEBHOOK_TIMEOUT_MS(
            10_000,
            1_000,
            60_000,
            "time for a request and its response; another node goes on three times that after the one that delivers was"
                    + " killed"),
    PRESENCE_WEBHOOK_HOURS(
            24,
            1,
            168,
            "how long a request that fails is repeated, in hours since its last event; then it becomes a dead letter"),
    PRESENCE_WEBHOOK_DEAD(1_000, 1, 100_000, "most dead letters kept; the oldest are dropped first"),
    PRESENCE_WEBHOOK_ADDRESSES(
            "public",
            List.of("public", "any"),
            "public or any: any also allows hosts that resolve to a private address, and http://"),

    PRESENCE_ACTIVITY_DAYS(
            0,
            0,
            400,
            "how long activity of boards is kept, by hour, in days; 0 = none is recorded; set it on all nodes"),
    PRESENCE_ACTIVITY_SECONDS(
            60, 1, 600, "how often a node counts and writes activity; a killed node loses this much of its own"),
    PRESENCE_ACTIVITY_BOARDS(
            10_000,
            1,
            1_000_000,
            "most boards of which activity is recorded in an hour; others count in the totals only"),

    PRESENCE_TRANSPORT("auto", List.of("auto", "io_uring", "epoll", "nio"), "auto, io_uring, epoll or nio"),
    PRESENCE_EVENT_LOOPS(0, 0, 1_024, "event loop threads", "one per processor"),
    PRESENCE_WARMUP_MS(
            0,
            0,
            60_000,
            "how long users of this process join and move on a second node in it before this one is ready, so that the"
                    + " JVM has compiled what clients need; 0 = not at all"),
    PRESENCE_DEMO("on", List.of("on", "off"), "on or off: the demo page at /"),

    LOG_LEVEL("info", List.of("error", "warn", "info", "debug", "trace"), "error, warn, info, debug or trace"),
    LOG_FORMAT("text", List.of("text", "json"), "text or json");

    /** How the value is read. */
    public enum Kind {
        TEXT,
        /** A whole number from {@link #least} to {@link #most}. */
        NUMBER,
        /** One of {@link #choices}. */
        CHOICE,
        /** The path of a readable file; empty = none. */
        FILE,
        /** Text that is never shown and may be read from a file. */
        SECRET
    }

    private static final String FILE = "_FILE";

    private final Kind kind;
    private final String defaultValue;
    private final String meaning;
    private final int least;
    private final int most;

    @SuppressWarnings("ImmutableEnumChecker") // List.of() is immutable.
    private final List<String> choices;

    Setting(String defaultValue, String meaning) {
        this(Kind.TEXT, defaultValue, meaning, 0, 0, List.of());
    }

    Setting(Kind kind, String meaning) {
        this(kind, "", meaning, 0, 0, List.of());
    }

    Setting(String defaultValue, List<String> choices, String meaning) {
        this(Kind.CHOICE, defaultValue, meaning, 0, 0, choices);
    }

    Setting(int defaultValue, int least, int most, String meaning) {
        this(Kind.NUMBER, String.valueOf(defaultValue), meaning + "; " + least + " to " + most, least, most, List.of());
    }

    /** @param zero what 0 means */
    Setting(int defaultValue, int least, int most, String meaning, String zero) {
        this(
                Kind.NUMBER,
                String.valueOf(defaultValue),
                meaning + "; " + least + " to " + most + "; 0 = " + zero,
                least,
                most,
                List.of());
    }

    Setting(Kind kind, String defaultValue, String meaning, int least, int most, List<String> choices) {
        this.kind = kind;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
        this.least = least;
        this.most = most;
        this.choices = choices;
    }

    public Kind kind() {
        return kind;
    }

    public String defaultValue() {
        return defaultValue;
    }

    /** The description in {@code --help} and docs; of a number with its range. */
    public String meaning() {
        return meaning;
    }

    /** The least number allowed. */
    public int least() {
        return least;
    }

    /** The largest number allowed. */
    public int most() {
        return most;
    }

    /** The values allowed, in lower case; empty if the setting is no choice. */
    public List<String> choices() {
        return choices;
    }

    /** Whether the value is never shown and may be read from a file. */
    public boolean isSecret() {
        return kind == Kind.SECRET;
    }

    /** The variable that names a file with the value, for a secret. */
    public String fileVariable() {
        return name() + FILE;
    }

    /** For example {@code --ws-port}. */
    public String option() {
        return option(name());
    }

    /** The option for {@link #fileVariable()}. */
    public String fileOption() {
        return option(fileVariable());
    }

    private static String option(String variable) {
        String name = variable.startsWith("PRESENCE_") ? variable.substring("PRESENCE_".length()) : variable;
        return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
