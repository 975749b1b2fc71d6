package presence.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

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

    /**
     * The value, or what stands in the file that {@link Setting#fileVariable()} names, without white space around it.
     */
    String secret(Setting setting) throws ConfigException {
        String file = values.getOrDefault(setting.fileVariable(), "").strip();
        if (file.isEmpty()) {
            return text(setting);
        }
        if (!values.getOrDefault(setting.name(), "").isBlank()) {
            throw new ConfigException("both " + setting + " and " + setting.fileVariable() + " are set: unset one");
        }
        try {
            String value = Files.readString(Path.of(file)).strip();
            if (!value.isEmpty()) {
                return value;
            }
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException(setting.fileVariable() + "=" + shown(file) + " cannot be read: " + reason(e));
        }
        throw new ConfigException(setting.fileVariable() + "=" + shown(file) + " is an empty file");
    }

    /** The file that a secret stands in; empty if it does not stand in one. */
    String secretFile(Setting setting) {
        return values.getOrDefault(setting.fileVariable(), "").strip();
    }

    /** A file that must be there; empty where none is named. */
    String file(Setting setting) throws ConfigException {
        String file = text(setting);
        try {
            if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
                throw new ConfigException(setting + "=" + shown(file) + " is not a file that can be read");
            }
        } catch (InvalidPathException e) {
            throw new ConfigException(setting + "=" + shown(file) + " is no path: " + e.getReason());
        }
        return file;
    }

    /** The kind of a file error says more than its message, which is the path. */
    private static String reason(Exception e) {
        return e instanceof NoSuchFileException
                ? "there is no such file"
                : e.getClass().getSimpleName();
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

    /** The parts of a comma-separated list, stripped; empty ones are left out. */
    List<String> list(Setting setting) {
        return Stream.of(text(setting).split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    boolean flag(Setting setting, String whenTrue, String whenFalse) throws ConfigException {
        return oneOf(setting, whenTrue, whenFalse).equals(whenTrue);
    }

    /** A value as it may stand in a message: bounded, without control characters. */
    static String shown(String value) {
        String clean = value.replaceAll("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]", "?");
        return clean.length() <= 64 ? clean : clean.substring(0, 64) + "…";
    }
}
