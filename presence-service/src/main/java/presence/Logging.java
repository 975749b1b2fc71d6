package presence;

import java.util.Map;
import presence.config.Setting;

/** Sets level and format as system properties, which logback's configuration file reads. */
final class Logging {
    private Logging() {}

    static void configure(Map<String, String> values) {
        set(values, Setting.LOG_LEVEL, Setting.LOG_LEVEL.defaultValue());
        set(values, Setting.LOG_FORMAT, Setting.LOG_FORMAT.defaultValue());
        quietLettuce();
    }

    /** Configures a node in dev mode, whose standard output is its addresses. */
    static void configureForDevMode(Map<String, String> values) {
        System.setProperty("presence.log.target", "System.err");
        configure(values);
    }

    /** Configures commands, whose standard output is their result: warnings and errors go to standard error. */
    static void configureForCommands(Map<String, String> values) {
        set(values, Setting.LOG_LEVEL, "warn");
        set(values, Setting.LOG_FORMAT, Setting.LOG_FORMAT.defaultValue());
        System.setProperty("presence.log.target", "System.err");
        quietLettuce();
    }

    private static void set(Map<String, String> values, Setting setting, String defaultValue) {
        String value = values.getOrDefault(setting.name(), "").strip();
        System.setProperty(setting.name(), value.isEmpty() ? defaultValue : value);
    }

    private static void quietLettuce() {
        // Redis connections use their own transport; without this Lettuce warns twice per connection.
        System.setProperty("io.lettuce.core.iouring", "false");
    }
}
