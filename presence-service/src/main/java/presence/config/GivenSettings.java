package presence.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings as somebody gave them: what is absent or blank has its default, an option wins over the environment.
 *
 * @param environment by variable; others than ours do not matter
 * @param options by the variable they stand for, {@link Setting#fileVariable()} among them
 */
public record GivenSettings(Map<String, String> environment, Map<String, String> options) {
    /** Where a value comes from. */
    public enum Source {
        DEFAULT,
        ENVIRONMENT,
        OPTION,
        FILE
    }

    /**
     * A setting as the service would use it, fit to be shown.
     *
     * @param value empty for a secret, and for what is unset
     * @param isSet whether there is a value, shown or not
     * @param file the file that a secret stands in; empty if it does not stand in one
     */
    public record Effective(Setting setting, String value, boolean isSet, Source source, String file) {}

    public GivenSettings {
        environment = Map.copyOf(environment);
        options = Map.copyOf(options);
    }

    /** What {@link ServiceConfig#from} reads. */
    public Map<String, String> values() {
        Map<String, String> values = new HashMap<>(environment);
        for (Setting setting : Setting.values()) {
            String given = options.get(setting.name());
            String file = options.get(setting.fileVariable());
            if (given != null || file != null) {
                // An option wins over the environment, in whichever of the two forms that has it.
                values.put(setting.name(), given == null ? "" : given);
                values.put(setting.fileVariable(), file == null ? "" : file);
            }
        }
        return values;
    }

    /**
     * Every setting, in the order of {@link Setting}.
     *
     * @throws ConfigException if the service would not start with them
     */
    public List<Effective> effective() throws ConfigException {
        Map<String, String> values = values();
        ServiceConfig config = ServiceConfig.from(values);
        SettingReader read = new SettingReader(values);
        List<Effective> effective = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            String file = setting.isSecret() ? read.secretFile(setting) : "";
            String value = setting.isSecret() ? read.secret(setting) : read.text(setting);
            String shown = setting.isSecret() ? "" : value;
            if (setting == Setting.PRESENCE_JWT_JWKS) {
                shown = config.auth().jwksShown();
            }
            effective.add(new Effective(setting, shown, !value.isEmpty(), source(setting, values, file), file));
        }
        return effective;
    }

    private Source source(Setting setting, Map<String, String> values, String file) {
        if (!file.isEmpty()) {
            return Source.FILE;
        }
        if (values.getOrDefault(setting.name(), "").isBlank()) {
            return Source.DEFAULT;
        }
        return options.containsKey(setting.name()) ? Source.OPTION : Source.ENVIRONMENT;
    }
}
