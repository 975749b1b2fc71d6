package presence.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Reads single settings and checks their range; every refusal names the setting, the value and the values allowed. */
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
     * The value, or the content of the file that {@link Setting#fileVariable()} names, stripped.
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

    /** The file that holds a secret; empty if a variable holds it. */
    String secretFile(Setting setting) {
        return values.getOrDefault(setting.fileVariable(), "").strip();
    }

    /** The path of a readable file; empty if the setting is. */
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

    /** The class of a file error: its message is only the path. */
    private static String reason(Exception e) {
        return e instanceof NoSuchFileException
                ? "there is no such file"
                : e.getClass().getSimpleName();
    }

    int number(Setting setting) throws ConfigException {
        String text = text(setting);
        try {
            int value = Integer.parseInt(text);
            if (value >= setting.least() && value <= setting.most()) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the range.
        }
        throw new ConfigException(setting + "=" + shown(text) + " must be a whole number from " + setting.least()
                + " to " + setting.most());
    }

    Duration millis(Setting setting) throws ConfigException {
        return Duration.ofMillis(number(setting));
    }

    Duration seconds(Setting setting) throws ConfigException {
        return Duration.ofSeconds(number(setting));
    }

    /** The choice, in lower case. */
    String choice(Setting setting) throws ConfigException {
        String text = text(setting).toLowerCase(Locale.ROOT);
        if (!setting.choices().contains(text)) {
            throw new ConfigException(
                    setting + "=" + shown(text) + " must be one of " + String.join(", ", setting.choices()));
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

    /** Whether the choice is {@code wanted}. */
    boolean is(Setting setting, String wanted) throws ConfigException {
        return choice(setting).equals(wanted);
    }

    /** A value for a message: bounded, without control characters. */
    static String shown(String value) {
        String clean = value.replaceAll("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]", "?");
        return clean.length() <= 64 ? clean : clean.substring(0, 64) + "…";
    }
}
