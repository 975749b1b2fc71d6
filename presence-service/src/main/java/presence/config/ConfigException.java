package presence.config;

/** A setting that cannot be used. The message is one line for the operator: what is wrong and what to do. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
