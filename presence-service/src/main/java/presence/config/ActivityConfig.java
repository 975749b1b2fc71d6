package presence.config;

import java.time.Duration;

/**
 * What is recorded of the use of boards.
 *
 * @param days how long it is kept; 0 = nothing is recorded
 * @param period how often a node counts and writes
 * @param mostBoards boards recorded of an hour
 */
public record ActivityConfig(int days, Duration period, int mostBoards) {
    public boolean on() {
        return days > 0;
    }

    static ActivityConfig from(SettingReader read) throws ConfigException {
        return new ActivityConfig(
                read.number(Setting.PRESENCE_ACTIVITY_DAYS),
                read.seconds(Setting.PRESENCE_ACTIVITY_SECONDS),
                read.number(Setting.PRESENCE_ACTIVITY_BOARDS));
    }
}
