package presence;

import java.util.Map;
import presence.config.Setting;

/** Hands level and format to logback, which reads them as system properties from its configuration file. */
final class Logging {
    private Logging() {}

    static void configure(Map<String, String> values) {
        set(values, Setting.LOG_LEVEL, Setting.LOG_LEVEL.defaultValue());
        set(values, Setting.LOG_FORMAT, Setting.LOG_FORMAT.defaultValue());
        quietLettuce();
    }

    /** For commands whose standard output is what they found: the log goes beside it, and says what went wrong. */
    static void configureForCommands(Map<String, String> values) {
        set(values, Setting.LOG_LEVEL, "warn");
        set(values, Setting.LOG_FORMAT, Setting.LOG_FORMAT.defaultValue());
        System.setProperty("presence.log.target", "System.err");
        quietLettuce();
    }

    private static void set(Map<String, String> values, Setting setting, String otherwise) {
        String value = values.getOrDefault(setting.name(), "").strip();
        System.setProperty(setting.name(), value.isEmpty() ? otherwise : value);
    }

    private static void quietLettuce() {
        // Redis connections live on a transport of their own; without this Lettuce warns twice per connection.
        System.setProperty("io.lettuce.core.iouring", "false");
    }
}
