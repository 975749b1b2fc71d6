package presence.config;

import java.time.Duration;

/**
 * Rates, times and bounds of boards.
 *
 * @param maxBoards 0 = derived from the heap
 * @param maxUserBoardMembers 0 = no limit
 * @param maxUserMembers on a node; 0 = no limit
 * @param audit zero = on request only
 */
public record BoardConfig(
        int tickHz,
        int tickMinHz,
        Duration rosterTick,
        Duration linger,
        Duration slotRest,
        Duration grace,
        int maxMembers,
        int maxBoards,
        int maxUserBoardMembers,
        int maxUserMembers,
        int changeBytes,
        int signalBytesPerSecond,
        Duration audit) {
    static BoardConfig from(SettingReader read) throws ConfigException {
        return new BoardConfig(
                read.number(Setting.PRESENCE_TICK_HZ, 1, 120),
                read.number(Setting.PRESENCE_TICK_MIN_HZ, 1, 120),
                read.millis(Setting.PRESENCE_ROSTER_TICK_MS, 5, 1_000),
                read.seconds(Setting.PRESENCE_LINGER_SECONDS, 0, 3_600),
                read.seconds(Setting.PRESENCE_SLOT_REST_SECONDS, 0, 3_600),
                read.millis(Setting.PRESENCE_GRACE_MS, 0, 600_000),
                read.number(Setting.PRESENCE_MAX_BOARD_MEMBERS, 1, 100_000),
                read.number(Setting.PRESENCE_MAX_NODE_BOARDS, 0, 10_000_000),
                read.number(Setting.PRESENCE_MAX_USER_BOARD_MEMBERS, 0, 100_000),
                read.number(Setting.PRESENCE_MAX_USER_MEMBERS, 0, 10_000_000),
                read.number(Setting.PRESENCE_BOARD_CHANGE_BYTES, 8_192, 16_777_216),
                LimitConfig.eventBytesPerSecond(read, Setting.PRESENCE_BOARD_SIGNAL_BYTES_PER_SECOND),
                read.seconds(Setting.PRESENCE_AUDIT_SECONDS, 0, 86_400));
    }
}
