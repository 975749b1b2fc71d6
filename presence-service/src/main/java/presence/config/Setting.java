package presence.config;

import java.util.Locale;

/**
 * Every setting there is: its environment variable, its default, and what it means. The command-line
 * option is the same name in lower case with dashes, without {@code PRESENCE_}.
 */
public enum Setting {
    WS_PORT("3001", "public port: WebSocket, /healthz, demo page, browser client; 0 = any free port"),
    PRESENCE_BIND("0.0.0.0", "address the public port listens on"),
    PRESENCE_PROXY_PROTOCOL(
            "off", "on or off: every connection to the public port begins with a PROXY header, version 1 or 2"),
    PRESENCE_PROXY_TRUSTED(
            "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
            "networks and addresses of the balancers whose PROXY headers are believed, by commas"),
    OPS_PORT("9464", "operators' port: health and metrics; 0 = any free port"),
    PRESENCE_OPS_BIND("127.0.0.1", "address the operators' port listens on"),
    PRESENCE_OPS_HOSTS(
            "",
            "names, comma-separated, that requests to the operators' port may have as Host besides IP "
                    + "addresses, localhost, the machine's own name and, unless PRESENCE_OPS_BIND is loopback, names "
                    + "without a dot or in .svc, .cluster.local and .internal; *.example.com for subdomains, * = any"),
    PRESENCE_OPS_MAX_CONNECTIONS(
            "100",
            "connections to the operators' port; with another the one is closed that waits longest, of the address that has"
                    + " most, 1 to 10000"),
    PRESENCE_OPS_TIMEOUT_MS(
            "10000",
            "time for a request to the operators' port to arrive, and for its answer to be read, 100 to " + "600000"),
    PRESENCE_OPS_REQUESTS_PER_SECOND(
            "100",
            "requests to the operators' port per second, but for /health/; more have to wait; 0 to 100000; 0 "
                    + "= no limit"),
    SERVER_ID("", "a label for this node beside its UUID, shown to clients and in logs"),

    REDIS_URL(
            "",
            "redis://, rediss:// or redis-sentinel:// URL; several hosts by commas = a Redis Cluster; empty = a single node"
                    + " without Redis",
            Kind.SECRET),
    PRESENCE_REDIS_CA(
            "",
            "PEM file with the CA certificates that Redis's certificate is checked against, with rediss://; empty = those"
                    + " the JVM trusts"),
    PRESENCE_REDIS_CERT("", "PEM file with the certificate and its chain that is shown to Redis, with rediss://"),
    PRESENCE_REDIS_KEY("", "PEM file with the private key of that certificate, not encrypted"),
    PRESENCE_REDIS_REQUIRED(
            "true",
            "exit at start when Redis cannot be reached or refuses writes; false = start alone and keep trying"),
    PRESENCE_READY_WITHOUT_REDIS(
            "true",
            "whether a node that has lost Redis at run time stays ready; false = balancers take it out meanwhile, as they"
                    + " do all others"),
    PRESENCE_REDIS_TIMEOUT_MS("2000", "how long a Redis command may take, 100 to 60000"),
    PRESENCE_REDIS_PUBSUB(
            "classic",
            "how boards' channels work in a Redis Cluster: classic, every server gets every message; sharded, only those of"
                    + " the board's slot (Redis 7 or later)"),
    PRESENCE_TAP(
            "",
            "boards, by commas, whose messages are published once more on presence:tap:<id>, for who listens in where"
                    + " channels are sharded; * = all"),
    PRESENCE_PREFIX("presence", "first word of every Redis channel and key; lets environments share a Redis"),
    PRESENCE_ENVELOPE_FORMAT(
            "protobuf", "how envelopes are published: protobuf, or json for people with only redis-cli"),
    PRESENCE_TTL_SECONDS("90", "lifetime of a roster segment in Redis when nobody refreshes it, 15 to 86400"),
    PRESENCE_NODE_HEARTBEAT_MS("2000", "how often a node tells the others that it lives, 100 to 60000"),
    PRESENCE_NODE_LEASE_MS(
            "8000", "silence after which a node counts as dead, at least 3 node heartbeats, 500 to 600000"),
    PRESENCE_AUDIT_SECONDS(
            "60", "how often connections, boards and Redis are compared and mended, 0 to 86400; 0 = on request only"),
    PRESENCE_LINGER_SECONDS("30", "how long an empty board keeps its subscription, 0 to 3600"),

    PRESENCE_TICK_HZ("30", "cursor frames per second and board while there is time to spare, 1 to 120"),
    PRESENCE_TICK_MIN_HZ(
            "10", "cursor frames per second of a large board on a busy node, 1 to 120, at most PRESENCE_TICK_HZ"),
    PRESENCE_ROSTER_TICK_MS("50", "how long joins, leaves and updates of a board gather, 5 to 1000"),
    PRESENCE_HEARTBEAT_MS(
            "25000", "heartbeat interval told to clients; silence for 2.5 of it ends a connection, 200 to 600000"),
    PRESENCE_HANDSHAKE_TIMEOUT_MS("5000", "time for the WebSocket handshake, 100 to 60000"),
    PRESENCE_FIRST_FRAME_TIMEOUT_MS("10000", "time from the handshake to the first frame, 100 to 600000"),
    PRESENCE_GRACE_MS(
            "10000", "how long a member whose connection was lost is kept, as away, for a resume, 0 to 600000"),
    PRESENCE_DRAIN_MS(
            "25000", "how long a node that stops serves its clients and keeps their members, at most, 0 to 600000"),
    PRESENCE_DRAIN_RATE(
            "200",
            "clients a second that a node that stops asks to go elsewhere, faster if time is short, 1 to 1000000"),
    PRESENCE_SLOT_REST_SECONDS("60", "how long a freed slot or board ref rests before it is used again, 0 to 3600"),

    PRESENCE_MAX_CONNECTIONS("100000", "connections on this node; more are closed with 1013"),
    PRESENCE_MAX_CONNECTIONS_PER_ADDRESS(
            "0",
            "connections from one address, or one IPv6 /64 network, to this node; more are closed with 4429;"
                    + " 0 to 10000000; 0 = no limit"),
    PRESENCE_MAX_HANDSHAKES(
            "10000", "connections to this node that are no WebSocket yet; more are closed unread, 1 to 10000000"),
    PRESENCE_MAX_HANDSHAKES_PER_ADDRESS(
            "0",
            "the same from one address, or one IPv6 /64 network; 0 to 10000000; 0 = a quarter of PRESENCE_MAX_HANDSHAKES, at"
                    + " least 16"),
    PRESENCE_MAX_HANDSHAKE_MB(
            "32",
            "MiB that all connections to this node that are no WebSocket yet may have sent; who sends more is closed, 1 to"
                    + " 65536"),
    PRESENCE_HANDSHAKES_PER_SECOND(
            "10000", "new WebSockets on this node per second; more are closed with 4429; 0 to 1000000; 0 = no limit"),
    PRESENCE_JOINS_PER_SECOND("20", "joins a client may send per second; more are refused; 0 to 100000; 0 = no limit"),
    PRESENCE_RESUMES_PER_SECOND(
            "50",
            "joins with a resume key a client may send per second, at least half of PRESENCE_MAX_BOARDS; more are refused, and"
                    + " one whose key is of no member counts as a join, too; 0 to 100000; 0 = no limit"),
    PRESENCE_JOINS_PER_MINUTE(
            "120",
            "joins of a user within a minute, on all nodes, if tokens say who is who; 0 to 100000; 0 = no limit"),
    PRESENCE_FRAMES_PER_SECOND(
            "2000",
            "messages and pings a client may send per second; more close it with 4429; 0 to 1000000; 0 = no limit"),
    PRESENCE_BYTES_PER_SECOND(
            "1048576", "bytes a client may send per second; more close it with 4429; at least a message; 0 = no limit"),
    PRESENCE_SIGNALS_PER_SECOND(
            "50", "signals a client may send per second; more are refused; 0 to 1000000; 0 = no limit"),
    PRESENCE_STATES_PER_SECOND(
            "50", "state frames a client may send per second; more are refused; 0 to 1000000; 0 = no limit"),
    PRESENCE_EVENT_BYTES_PER_SECOND(
            "131072",
            "bytes of joins, states and signals a client may send per second; more are refused; at least a signal; 0 = no"
                    + " limit"),
    PRESENCE_BOARD_SIGNAL_BYTES_PER_SECOND(
            "524288",
            "bytes of local members' signals a board passes on per second; more are refused; at least a signal; 0 = no"
                    + " limit"),
    PRESENCE_BOARD_CHANGE_BYTES(
            "131072",
            "bytes of joins, leaves and updates a board shows its clients per roster tick; more wait for the next, 8192"
                    + " to 16777216, at most PRESENCE_RELIABLE_LANE_BYTES"),
    PRESENCE_BOARD_WRITE_BYTES_PER_SECOND(
            "1048576",
            "bytes of members' records a board of this node writes to Redis per second; more wait and are merged, 65536 to"
                    + " 100000000"),
    PRESENCE_MAX_BOARD_MEMBERS("10000", "members of a board, observers of this node included, 1 to 100000"),
    PRESENCE_MAX_USER_BOARD_MEMBERS(
            "50",
            "members of one user on a board, observers of this node included, if tokens say who is who; more are refused;"
                    + " 0 to 100000; 0 = no limit"),
    PRESENCE_MAX_USER_MEMBERS(
            "500",
            "members of one user on this node, over all boards, if tokens say who is who; more are refused; 0 to 10000000;"
                    + " 0 = no limit"),
    PRESENCE_MAX_NODE_BOARDS(
            "0",
            "boards of this node, empty ones that linger included, which are a quarter at most; joins of others are refused;"
                    + " 0 to 10000000; 0 = one per 8 KiB of the largest heap"),
    PRESENCE_MAX_BOARDS("16", "boards one connection may be on, 1 to 1024"),
    PRESENCE_MAX_FRAME_BYTES("65536", "size of a client's message, 1024 to 1048576"),
    PRESENCE_MAX_NAME_BYTES("128", "size of a profile field, state name or signal type, 8 to 1024"),
    PRESENCE_MAX_STATE_BYTES("4096", "size of a member's state, names included, 0 to 4096"),
    PRESENCE_MAX_STATE_KEYS("32", "entries in a member's state, 0 to 1024"),
    PRESENCE_MAX_SIGNAL_BYTES("16384", "size of a signal's payload, 0 to 32768"),
    PRESENCE_RELIABLE_LANE_BYTES(
            "262144",
            "bytes that may wait longer than a second for a slow reader before it is closed with 4008, 65536 to 67108864"),
    PRESENCE_SLOW_READER_MS(
            "30000",
            "how long what was sent to a client may wait unread before it is closed with 4008, 1000 to 3600000"),

    PRESENCE_MAX_BUFFERED_MB(
            "0",
            "MiB of unfinished messages, and of what clients have not read, for all clients of this node; beyond it slow"
                    + " readers are closed with 4008 and unfinished messages with 1013, and rosters of new clients wait;"
                    + " 0 to 65536; 0 = a quarter of the largest heap"),

    PRESENCE_ALLOWED_ORIGINS(
            "*",
            "pages that may connect, by commas: https://app.example, https://*.example.com for subdomains,"
                    + " capacitor://localhost for an app; * = all"),

    PRESENCE_TLS_CERT(
            "", "PEM file with the certificate and its chain: the public port speaks TLS; empty = it does not"),
    PRESENCE_TLS_KEY("", "PEM file with the certificate's private key, not encrypted"),
    PRESENCE_FILES_CHECK_MS(
            "10000",
            "how often certificates and keys are looked at, to take new ones without a restart, 100 to 3600000"),

    PRESENCE_AUTH("none", "none: whoever reaches the port may join any board; jwt: clients show a JSON Web Token"),
    PRESENCE_JWT_SECRET("", "the secret of HS256 tokens, at least 32 bytes", Kind.SECRET),
    PRESENCE_JWT_PUBLIC_KEY("", "PEM file with the public key, or a certificate, of RS256, ES256 or EdDSA tokens"),
    PRESENCE_JWT_JWKS("", "file or https:// URL of the JSON Web Key Set for RS256, ES256 or EdDSA tokens"),
    PRESENCE_JWT_JWKS_REFRESH_SECONDS(
            "300", "how often a key set's URL is asked, 5 to 86400; for a key that is not in the set also in between"),
    PRESENCE_JWT_JWKS_ADDRESSES(
            "public",
            "which addresses the name in that URL may lead to: public, or any, private ones included; localhost may be named"
                    + " in any case"),
    PRESENCE_JWT_ISSUER("", "what iss of a token must be; empty = anything"),
    PRESENCE_JWT_AUDIENCE("", "what aud of a token must hold, one of these by commas; empty = anything"),
    PRESENCE_JWT_LEEWAY_SECONDS("5", "how far the clock of whoever makes tokens may be off, 0 to 300"),

    PRESENCE_API_TOKEN(
            "",
            "what callers of the HTTP API on the operators' port show as bearer token, at least 16 bytes; empty = the API"
                    + " is off",
            Kind.SECRET),
    PRESENCE_MAX_BANS("10000", "bans at once, 0 to 1000000"),

    PRESENCE_TRANSPORT("auto", "auto, io_uring, epoll or nio"),
    PRESENCE_EVENT_LOOPS("0", "event loop threads; 0 = one per processor"),
    PRESENCE_DEMO("on", "on or off: the demo page at /"),

    LOG_LEVEL("info", "error, warn, info, debug or trace"),
    LOG_FORMAT("text", "text or json");

    private enum Kind {
        PLAIN,
        SECRET
    }

    private static final String FILE = "_FILE";

    private final String defaultValue;
    private final String meaning;
    private final Kind kind;

    Setting(String defaultValue, String meaning) {
        this(defaultValue, meaning, Kind.PLAIN);
    }

    Setting(String defaultValue, String meaning, Kind kind) {
        this.defaultValue = defaultValue;
        this.meaning = meaning;
        this.kind = kind;
    }

    public String defaultValue() {
        return defaultValue;
    }

    public String meaning() {
        return meaning;
    }

    /** Whether the value is nobody's business: it is shown nowhere, and may be read from a file. */
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
