package presence.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import presence.config.GivenSettings;
import presence.config.Setting;

/** Adds every setting, and dev mode, as an option to the service and each subcommand. */
public final class SettingOptions {
    private static final String DEV = "--dev";
    private static final String STDIN = "--exit-on-stdin-close";

    private SettingOptions() {}

    /** Adds dev mode. */
    public static void addDevMode(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(DEV)
                .type(boolean.class)
                .description(
                        "a node for development and tests: free ports on loopback, short times, no Redis",
                        "  prints its addresses as one line of JSON on standard output; logs to standard error",
                        "  settings that are given win; `config --dev` shows all")
                .build());
    }

    /** Adds the options that only a node has. */
    public static void addStandardInput(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(STDIN)
                .type(boolean.class)
                .description("with --dev: stop when standard input ends, as it does when the starting process is gone")
                .build());
    }

    /** Whether the node is to stop when its standard input ends. */
    public static boolean isBoundToStandardInput(ParseResult line) {
        return line.hasMatchedOption(STDIN);
    }

    /**
     * Adds an option for each setting, unless the command has an option of its own of that name.
     *
     * @param hidden whether the help omits them: fifty settings would hide a subcommand's own options
     */
    public static void addTo(CommandSpec spec, boolean hidden) {
        for (Setting setting : Setting.values()) {
            if (spec.findOption(setting.option()) != null) {
                continue;
            }
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
        boolean dev = false;
        for (ParseResult part = line; part != null; part = subcommandOrNull(part)) {
            dev |= part.hasMatchedOption(DEV);
            for (Setting setting : Setting.values()) {
                String given = given(part, setting.option());
                String file = setting.isSecret() ? given(part, setting.fileOption()) : null;
                if (given != null || file != null) {
                    put(options, setting.name(), given);
                    put(options, setting.fileVariable(), file);
                }
            }
        }
        return new GivenSettings(environment, options, dev);
    }

    /** The value of a setting's option; null if it is not given, or if the option is one of the command itself. */
    private static @Nullable String given(ParseResult part, String name) {
        OptionSpec option = part.matchedOption(name);
        return option == null || option.type() != String.class ? null : option.getValue();
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
