package presence.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The defaults of a node in dev mode ({@code --dev}), for tests and development: free ports, loopback only, short times,
 * a quiet log. A setting that is given wins.
 */
public final class DevSettings {
    private static final Map<Setting, String> DEFAULTS = defaults();

    private DevSettings() {}

    private static Map<Setting, String> defaults() {
        Map<Setting, String> defaults = new EnumMap<>(Setting.class);
        defaults.put(Setting.WS_PORT, "0");
        defaults.put(Setting.PRESENCE_BIND, "127.0.0.1");
        defaults.put(Setting.OPS_PORT, "0");
        defaults.put(Setting.PRESENCE_TTL_SECONDS, "15");
        // The least that the fault suite is run with: shorter ones fail on a machine that is busy for a moment.
        defaults.put(Setting.PRESENCE_NODE_HEARTBEAT_MS, "500");
        defaults.put(Setting.PRESENCE_NODE_LEASE_MS, "2000");
        defaults.put(Setting.PRESENCE_AUDIT_SECONDS, "5");
        defaults.put(Setting.PRESENCE_LINGER_SECONDS, "1");
        // PRESENCE_HEARTBEAT_MS stays: browsers let hidden pages run once a minute.
        defaults.put(Setting.PRESENCE_GRACE_MS, "2000");
        defaults.put(Setting.PRESENCE_DRAIN_MS, "0");
        defaults.put(Setting.PRESENCE_SLOT_REST_SECONDS, "1");
        defaults.put(Setting.LOG_LEVEL, "warn");
        return Collections.unmodifiableMap(defaults);
    }

    /** The values that differ from {@link Setting#defaultValue()}, in the order of {@link Setting}. */
    public static Map<Setting, String> values() {
        return DEFAULTS;
    }

    /** Adds the defaults of dev mode for settings without a value. */
    static void addTo(Map<String, String> values) {
        DEFAULTS.forEach((setting, value) -> {
            if (values.getOrDefault(setting.name(), "").isBlank()) {
                values.put(setting.name(), value);
            }
        });
    }

    /**
     * Reads the settings of a node in dev mode.
     *
     * @throws ConfigException for settings that contradict dev mode, besides the reasons of {@link ServiceConfig#from}
     */
    static ServiceConfig read(GivenSettings given) throws ConfigException {
        // A variable that is set for another program must not make a test's node join a real cluster.
        if (!isOption(given, Setting.REDIS_URL)) {
            refuseVariable(given, Setting.REDIS_URL.name());
            refuseVariable(given, Setting.REDIS_URL.fileVariable());
        }
        ServiceConfig config;
        try {
            config = ServiceConfig.from(given.values(), true);
        } catch (ConfigException e) {
            throw new ConfigException(e.getMessage() + notGiven(String.valueOf(e.getMessage()), given));
        }
        if (config.proxy().on()) {
            throw new ConfigException("--dev prints addresses that clients connect to directly, which"
                    + " PRESENCE_PROXY_PROTOCOL=on refuses: omit one of them");
        }
        return config;
    }

    private static boolean isOption(GivenSettings given, Setting setting) {
        return given.options().containsKey(setting.name()) || given.options().containsKey(setting.fileVariable());
    }

    private static void refuseVariable(GivenSettings given, String variable) throws ConfigException {
        if (!given.environment().getOrDefault(variable, "").isBlank()) {
            throw new ConfigException("--dev does not use the Redis of the variable " + variable
                    + ": unset it, or use the option --redis-url if this node is to use a Redis");
        }
    }

    /** Says which values of a message were not given but come from dev mode. */
    private static String notGiven(String message, GivenSettings given) {
        StringBuilder note = new StringBuilder();
        DEFAULTS.forEach((setting, value) -> {
            if (given.isUnset(setting) && message.contains(setting.name() + "=" + value)) {
                note.append("; ").append(setting).append("=").append(value).append(" comes from --dev");
            }
        });
        return note.toString();
    }
}
