package presence.config;

import java.nio.charset.StandardCharsets;

/**
 * The HTTP API on the operators' port.
 *
 * @param token empty = the API is off
 */
public record ApiConfig(String token, int maxBans) {
    /** Omits the token. */
    @Override
    public String toString() {
        return "Api[on=" + !token.isEmpty() + ", maxBans=" + maxBans + "]";
    }

    static ApiConfig from(SettingReader read) throws ConfigException {
        String token = read.secret(Setting.PRESENCE_API_TOKEN);
        if (!token.isEmpty() && token.getBytes(StandardCharsets.UTF_8).length < 16) {
            throw new ConfigException("PRESENCE_API_TOKEN must have at least 16 bytes: it can be guessed otherwise");
        }
        return new ApiConfig(token, read.number(Setting.PRESENCE_MAX_BANS));
    }
}
