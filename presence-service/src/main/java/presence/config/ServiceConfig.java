package presence.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The whole configuration, validated; see {@link Setting} for what each value means. */
public record ServiceConfig(
        String bind,
        int wsPort,
        String opsBind,
        int opsPort,
        String serverLabel,
        RedisConfig redis,
        BoardConfig boards,
        ClientConfig clients,
        Duration drain,
        int drainRate,
        boolean readyWithoutRedis,
        String allowedOrigins,
        TlsConfig tls,
        AuthConfig auth,
        Duration filesCheck,
        String transport,
        int eventLoops,
        boolean demo,
        ProxyConfig proxy,
        LimitConfig limits,
        HandshakeConfig handshakes,
        OpsConfig ops,
        ApiConfig api) {
    /**
     * Reads the settings from {@code values}, keyed by environment variable; what is absent or empty
     * takes its default.
     *
     * @throws ConfigException for the first value that cannot be used
     */
    public static ServiceConfig from(Map<String, String> values) throws ConfigException {
        SettingReader read = new SettingReader(values);
        RedisConfig redis = RedisConfig.from(read);
        BoardConfig boards = BoardConfig.from(read);
        ClientConfig clients = ClientConfig.from(read);
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
                TlsConfig.from(read),
                AuthConfig.from(read),
                read.millis(Setting.PRESENCE_FILES_CHECK_MS, 100, 3_600_000),
                read.oneOf(Setting.PRESENCE_TRANSPORT, "auto", "io_uring", "epoll", "nio"),
                read.number(Setting.PRESENCE_EVENT_LOOPS, 0, 1_024),
                read.flag(Setting.PRESENCE_DEMO, "on", "off"),
                ProxyConfig.from(read),
                LimitConfig.from(read, clients),
                HandshakeConfig.from(read),
                OpsConfig.from(read),
                ApiConfig.from(read));
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
}
