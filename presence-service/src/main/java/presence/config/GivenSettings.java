package presence.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings as given at the start: an absent or blank value is the default, an option overrides the environment.
 *
 * @param environment by variable; variables that are no setting are ignored
 * @param options by the variable they stand for, including {@link Setting#fileVariable()}
 * @param dev whether the defaults are those of {@link DevSettings}
 */
public record GivenSettings(Map<String, String> environment, Map<String, String> options, boolean dev) {
    /** Where a value comes from. */
    public enum Source {
        DEFAULT,
        /** A default of {@link DevSettings}. */
        DEV,
        ENVIRONMENT,
        OPTION,
        FILE
    }

    /**
     * A setting in effect, safe to print.
     *
     * @param value empty for a secret, and if unset
     * @param isSet whether there is a value, shown or not
     * @param file the file that holds a secret; empty if a variable holds it
     */
    public record Effective(Setting setting, String value, boolean isSet, Source source, String file) {}

    public GivenSettings {
        environment = Map.copyOf(environment);
        options = Map.copyOf(options);
    }

    /** Settings of a node that is not in dev mode. */
    public GivenSettings(Map<String, String> environment, Map<String, String> options) {
        this(environment, options, false);
    }

    /**
     * The validated configuration.
     *
     * @throws ConfigException for the first value that cannot be used, or that contradicts dev mode
     */
    public ServiceConfig config() throws ConfigException {
        return dev ? DevSettings.read(this) : ServiceConfig.from(values());
    }

    /** The values for {@link ServiceConfig#from}, by variable. */
    public Map<String, String> values() {
        Map<String, String> values = given();
        if (dev) {
            DevSettings.addTo(values);
        }
        return values;
    }

    private Map<String, String> given() {
        Map<String, String> values = new HashMap<>(environment);
        for (Setting setting : Setting.values()) {
            String given = options.get(setting.name());
            String file = options.get(setting.fileVariable());
            if (given != null || file != null) {
                // An option overrides both the variable and its _FILE form.
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
        ServiceConfig config = config();
        SettingReader read = new SettingReader(values);
        List<Effective> effective = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            String file = setting.isSecret() ? read.secretFile(setting) : "";
            String value = setting.isSecret() ? read.secret(setting) : read.text(setting);
            String shown = setting.isSecret() ? "" : value;
            if (setting == Setting.PRESENCE_JWT_JWKS) {
                shown = config.auth().jwksShown();
            }
            effective.add(new Effective(setting, shown, !value.isEmpty(), source(setting, file), file));
        }
        return effective;
    }

    /** Whether neither an option nor a variable gives the setting a value. */
    boolean isUnset(Setting setting) {
        return given().getOrDefault(setting.name(), "").isBlank();
    }

    private Source source(Setting setting, String file) {
        if (!file.isEmpty()) {
            return Source.FILE;
        }
        if (isUnset(setting)) {
            return dev && DevSettings.values().containsKey(setting) ? Source.DEV : Source.DEFAULT;
        }
        return options.containsKey(setting.name()) ? Source.OPTION : Source.ENVIRONMENT;
    }
}
