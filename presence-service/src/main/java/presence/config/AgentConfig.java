package presence.config;

import java.nio.charset.StandardCharsets;

/**
 * Agents, which the HTTP API makes; 0 = no limit.
 *
 * @param secret from which their resume keys are derived; empty = none is set
 * @param perToken agents of one token on a node
 * @param perBoard agents of one board on all nodes
 * @param callsPerSecond of one token to a node
 */
public record AgentConfig(String secret, int perToken, int perBoard, int callsPerSecond) {
    /** Omits the secret. */
    @Override
    public String toString() {
        return "Agents[secret=" + !secret.isEmpty() + ", perToken=" + perToken + ", perBoard=" + perBoard
                + ", callsPerSecond=" + callsPerSecond + "]";
    }

    /** @param apiToken the secret if none of its own is set */
    static AgentConfig from(SettingReader read, String apiToken) throws ConfigException {
        String secret = read.secret(Setting.PRESENCE_AGENTS_SECRET);
        if (!secret.isEmpty() && secret.getBytes(StandardCharsets.UTF_8).length < 16) {
            throw new ConfigException(
                    "PRESENCE_AGENTS_SECRET must have at least 16 bytes: it can be guessed otherwise");
        }
        return new AgentConfig(
                secret.isEmpty() ? apiToken : secret,
                read.number(Setting.PRESENCE_AGENTS_PER_TOKEN),
                read.number(Setting.PRESENCE_AGENTS_PER_BOARD),
                read.number(Setting.PRESENCE_AGENT_CALLS_PER_SECOND));
    }
}
