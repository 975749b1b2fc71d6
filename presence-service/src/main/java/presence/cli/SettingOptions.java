package presence.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import presence.config.GivenSettings;
import presence.config.Setting;

/** Adds every setting as an option to the service and each subcommand. */
public final class SettingOptions {
    private SettingOptions() {}

    /** @param hidden whether the help omits them: fifty settings would hide a subcommand's own options */
    public static void addTo(CommandSpec spec, boolean hidden) {
        for (Setting setting : Setting.values()) {
            String shown = setting.defaultValue().isEmpty() ? "unset" : setting.defaultValue();
            spec.addOption(option(
                    hidden,
                    setting.option(),
                    "VALUE",
                    setting.meaning(),
                    "  env " + setting.name() + ", default " + shown));
            if (setting.isSecret()) {
                spec.addOption(option(
                        hidden,
                        setting.fileOption(),
                        "FILE",
                        "a file that contains the value, which keeps it out of environment and process list",
                        "  env " + setting.fileVariable()));
            }
        }
    }

    private static OptionSpec option(boolean hidden, String name, String label, String... description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .hidden(hidden)
                .build();
    }

    /** Reads the settings given before or after the name of a subcommand; the later one wins. */
    public static GivenSettings read(ParseResult line, Map<String, String> environment) {
        Map<String, String> options = new HashMap<>();
        for (ParseResult part = line; part != null; part = subcommandOrNull(part)) {
            for (Setting setting : Setting.values()) {
                String given = part.matchedOptionValue(setting.option(), (String) null);
                String file = setting.isSecret() ? part.matchedOptionValue(setting.fileOption(), (String) null) : null;
                if (given != null || file != null) {
                    put(options, setting.name(), given);
                    put(options, setting.fileVariable(), file);
                }
            }
        }
        return new GivenSettings(environment, options);
    }

    private static @Nullable ParseResult subcommandOrNull(ParseResult line) {
        return line.hasSubcommand() ? line.subcommand() : null;
    }

    private static void put(Map<String, String> options, String variable, @Nullable String value) {
        if (value == null) {
            options.remove(variable);
        } else {
            options.put(variable, value);
        }
    }
}
