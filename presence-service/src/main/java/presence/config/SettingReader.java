package presence.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads single settings with their bounds; every refusal names the setting, the value and what is allowed. */
final class SettingReader {
    private final Map<String, String> values;

    SettingReader(Map<String, String> values) {
        this.values = values;
    }

    String text(Setting setting) {
        String value = values.getOrDefault(setting.name(), "").strip();
        return value.isEmpty() ? setting.defaultValue() : value;
    }

    int number(Setting setting, int min, int max) throws ConfigException {
        String text = text(setting);
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, with the bounds.
        }
        throw new ConfigException(setting + "=" + shown(text) + " must be a whole number from " + min + " to " + max);
    }

    Duration millis(Setting setting, int min, int max) throws ConfigException {
        return Duration.ofMillis(number(setting, min, max));
    }

    Duration seconds(Setting setting, int min, int max) throws ConfigException {
        return Duration.ofSeconds(number(setting, min, max));
    }

    String oneOf(Setting setting, String... allowed) throws ConfigException {
        String text = text(setting).toLowerCase(Locale.ROOT);
        List<String> names = Arrays.asList(allowed);
        if (!names.contains(text)) {
            throw new ConfigException(setting + "=" + shown(text) + " must be one of " + String.join(", ", names));
        }
        return text;
    }

    boolean flag(Setting setting, String whenTrue, String whenFalse) throws ConfigException {
        return oneOf(setting, whenTrue, whenFalse).equals(whenTrue);
    }

    /** A value as it may stand in a message: bounded, without control characters. */
    static String shown(String value) {
        String clean = value.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 64 ? clean : clean.substring(0, 64) + "…";
    }
}
