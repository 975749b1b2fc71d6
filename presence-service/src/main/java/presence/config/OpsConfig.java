package presence.config;

import java.time.Duration;

/**
 * Bounds of the operators' port.
 *
 * @param hosts names accepted in {@code Host} besides the default ones, comma-separated
 * @param timeout for a request to arrive, and for its response to be read
 * @param requestsPerSecond 0 = no limit
 * @param details whether the page shows names of boards and texts of warnings: auto (on loopback), on or off
 * @param warnings different warnings kept for the page
 */
public record OpsConfig(
        String hosts, int maxConnections, Duration timeout, int requestsPerSecond, String details, int warnings) {
    static OpsConfig from(SettingReader read) throws ConfigException {
        return new OpsConfig(
                read.text(Setting.PRESENCE_OPS_HOSTS),
                read.number(Setting.PRESENCE_OPS_MAX_CONNECTIONS),
                read.millis(Setting.PRESENCE_OPS_TIMEOUT_MS),
                read.number(Setting.PRESENCE_OPS_REQUESTS_PER_SECOND),
                read.choice(Setting.PRESENCE_OPS_DETAILS),
                read.number(Setting.PRESENCE_OPS_WARNINGS));
    }

    /** @param isLoopback whether the port can be reached from this machine only */
    public boolean showsDetails(boolean isLoopback) {
        return details.equals("auto") ? isLoopback : details.equals("on");
    }
}
