package presence.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import presence.config.ConfigException;
import presence.config.GivenSettings;
import presence.config.GivenSettings.Effective;
import presence.config.GivenSettings.Source;
import presence.model.Printable;

/** Prints the effective configuration with the source of each value, without secrets. */
final class ConfigCommand implements Subcommand {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("config");
        spec.usageMessage()
                .description("Print the effective configuration: every setting, its value and where it comes from"
                        + " (default, dev, environment, option, file). Secrets are shown as (set) or (unset).");
        spec.addOption(OptionSpec.builder("--json")
                .type(boolean.class)
                .description("one JSON object, by variable")
                .build());
        return spec;
    }

    @Override
    public int run(ParseResult line, GivenSettings settings) {
        try {
            List<Effective> effective = settings.effective();
            Output.standard().println(line.hasMatchedOption("--json") ? json(effective) : text(effective));
            return OK;
        } catch (ConfigException e) {
            return Subcommand.failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean hasDevMode() {
        return true;
    }

    static String text(List<Effective> settings) {
        StringBuilder lines = new StringBuilder();
        for (Effective effective : settings) {
            String source = effective.source() == Source.FILE ? "file " + effective.file() : name(effective.source());
            lines.append(lines.isEmpty() ? "" : "\n")
                    .append(Printable.of(
                            String.format("%-38s %-20s %s", effective.setting().name(), value(effective), source)));
        }
        return lines.toString();
    }

    private static String value(Effective effective) {
        if (!effective.isSet()) {
            return "(unset)";
        }
        return effective.setting().isSecret() ? "(set)" : effective.value();
    }

    static String json(List<Effective> settings) {
        JsonObject all = new JsonObject();
        for (Effective effective : settings) {
            JsonObject one = new JsonObject();
            if (effective.setting().isSecret()) {
                one.addProperty("set", effective.isSet());
            } else {
                one.addProperty("value", effective.value());
            }
            one.addProperty("source", name(effective.source()));
            if (!effective.file().isEmpty()) {
                one.addProperty("file", effective.file());
            }
            all.add(effective.setting().name(), one);
        }
        return GSON.toJson(all);
    }

    private static String name(Source source) {
        return source.name().toLowerCase(Locale.ROOT);
    }
}
