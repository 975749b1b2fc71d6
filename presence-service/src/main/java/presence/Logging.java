package presence;

import java.util.Map;
import presence.config.Setting;

/** Hands level and format to logback, which reads them as system properties from its configuration file. */
final class Logging {
    private Logging() {}

    static void configure(Map<String, String> values) {
        for (Setting setting : new Setting[] {Setting.LOG_LEVEL, Setting.LOG_FORMAT}) {
            String value = values.getOrDefault(setting.name(), "").strip();
            System.setProperty(setting.name(), value.isEmpty() ? setting.defaultValue() : value);
        }
        // Redis connections live on a transport of their own; without this Lettuce warns twice per connection.
        System.setProperty("io.lettuce.core.iouring", "false");
    }
}
