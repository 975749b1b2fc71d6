package presence.config;

import java.nio.charset.StandardCharsets;

/**
 * The HTTP API on the operators' port.
 *
 * @param token grants everything; empty = there is none
 * @param tokensFile path of a file with tokens; empty = none
 * @param maxBans at once
 */
public record ApiConfig(String token, String tokensFile, int maxBans, AgentConfig agents) {
    /** Omits the token. */
    @Override
    public String toString() {
        return "Api[token=" + !token.isEmpty() + ", tokensFile=" + tokensFile + ", maxBans=" + maxBans + "]";
    }

    static ApiConfig from(SettingReader read) throws ConfigException {
        String token = read.secret(Setting.PRESENCE_API_TOKEN);
        if (!token.isEmpty() && token.getBytes(StandardCharsets.UTF_8).length < 16) {
            throw new ConfigException("PRESENCE_API_TOKEN must have at least 16 bytes: it can be guessed otherwise");
        }
        return new ApiConfig(
                token,
                read.file(Setting.PRESENCE_API_TOKENS_FILE),
                read.number(Setting.PRESENCE_MAX_BANS),
                AgentConfig.from(read, token));
    }
}
