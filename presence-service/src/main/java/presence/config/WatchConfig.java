package presence.config;

import java.time.Duration;

/**
 * How boards are watched by clients that have not joined them.
 *
 * @param maxBoards of one connection; 0 = watching is off
 * @param maxNodeBoards of all connections to the node
 * @param watchesPerSecond of one connection; 0 = no limit
 */
public record WatchConfig(
        Duration interval, int readsPerSecond, int maxBoards, int maxNodeBoards, int watchesPerSecond) {
    static WatchConfig from(SettingReader read) throws ConfigException {
        return new WatchConfig(
                read.millis(Setting.PRESENCE_WATCH_INTERVAL_MS),
                read.number(Setting.PRESENCE_WATCH_READS_PER_SECOND),
                read.number(Setting.PRESENCE_MAX_WATCHED_BOARDS),
                read.number(Setting.PRESENCE_MAX_NODE_WATCHED_BOARDS),
                read.number(Setting.PRESENCE_WATCHES_PER_SECOND));
    }
}
