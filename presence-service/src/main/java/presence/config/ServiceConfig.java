package presence.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The whole configuration, validated; {@link Setting} tells what each value means.
 *
 * @param warmUp how long the JVM is warmed up before the node is ready, at most; zero = not at all
 * @param dev whether the node is for development and tests ({@link DevSettings})
 */
public record ServiceConfig(
        String bind,
        int wsPort,
        String opsBind,
        int opsPort,
        String serverLabel,
        RedisConfig redis,
        BoardConfig boards,
        ClientConfig clients,
        WatchConfig watching,
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
        OtlpConfig otlp,
        ApiConfig api,
        EventsConfig events,
        WebhookConfig webhooks,
        ActivityConfig activity,
        Duration warmUp,
        boolean dev) {
    /**
     * Reads the settings from {@code values}, keyed by environment variable; an absent or empty value is the
     * setting's default.
     *
     * @throws ConfigException for the first value that cannot be used
     */
    public static ServiceConfig from(Map<String, String> values) throws ConfigException {
        return from(values, false);
    }

    /** @param dev whether {@code values} holds the defaults of {@link DevSettings} */
    static ServiceConfig from(Map<String, String> values, boolean dev) throws ConfigException {
        SettingReader read = new SettingReader(values);
        RedisConfig redis = RedisConfig.from(read);
        BoardConfig boards = BoardConfig.from(read);
        ClientConfig clients = ClientConfig.from(read);
        EventsConfig events = EventsConfig.from(read);
        read.choice(Setting.LOG_LEVEL);
        read.choice(Setting.LOG_FORMAT);
        return new ServiceConfig(
                read.text(Setting.PRESENCE_BIND),
                read.number(Setting.WS_PORT),
                read.text(Setting.PRESENCE_OPS_BIND),
                read.number(Setting.OPS_PORT),
                read.text(Setting.SERVER_ID),
                redis,
                boards,
                clients,
                WatchConfig.from(read),
                read.millis(Setting.PRESENCE_DRAIN_MS),
                read.number(Setting.PRESENCE_DRAIN_RATE),
                read.is(Setting.PRESENCE_READY_WITHOUT_REDIS, "true"),
                read.text(Setting.PRESENCE_ALLOWED_ORIGINS),
                TlsConfig.from(read),
                AuthConfig.from(read),
                read.millis(Setting.PRESENCE_FILES_CHECK_MS),
                read.choice(Setting.PRESENCE_TRANSPORT),
                read.number(Setting.PRESENCE_EVENT_LOOPS),
                read.is(Setting.PRESENCE_DEMO, "on"),
                ProxyConfig.from(read),
                LimitConfig.from(read, clients),
                HandshakeConfig.from(read),
                OpsConfig.from(read),
                OtlpConfig.from(read),
                ApiConfig.from(read),
                events,
                WebhookConfig.from(read, events),
                ActivityConfig.from(read),
                read.millis(Setting.PRESENCE_WARMUP_MS),
                dev);
    }

    /** The variables in {@code names} that begin with {@code PRESENCE_} and are no setting, sorted. */
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
