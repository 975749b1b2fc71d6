package presence.config;

import java.time.Duration;

/**
 * Rates, times and bounds of boards.
 *
 * @param observerHz 0 = as fast as the board ticks
 * @param viewportThreshold positions per tick; 0 = no filter
 * @param maxBoards 0 = derived from the heap
 * @param maxUserBoardMembers 0 = no limit
 * @param maxUserMembers on a node; 0 = no limit
 * @param maxMemberLocks 0 = locks are off
 * @param audit zero = on request only
 */
public record BoardConfig(
        int tickHz,
        int tickMinHz,
        int observerHz,
        int viewportThreshold,
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
        int maxMemberLocks,
        int maxBoardLocks,
        int maxLockWaiters,
        Duration maxLock,
        Duration audit) {
    static BoardConfig from(SettingReader read) throws ConfigException {
        return new BoardConfig(
                read.number(Setting.PRESENCE_TICK_HZ),
                read.number(Setting.PRESENCE_TICK_MIN_HZ),
                read.number(Setting.PRESENCE_OBSERVER_HZ),
                read.number(Setting.PRESENCE_VIEWPORT_THRESHOLD),
                read.millis(Setting.PRESENCE_ROSTER_TICK_MS),
                read.seconds(Setting.PRESENCE_LINGER_SECONDS),
                read.seconds(Setting.PRESENCE_SLOT_REST_SECONDS),
                read.millis(Setting.PRESENCE_GRACE_MS),
                read.number(Setting.PRESENCE_MAX_BOARD_MEMBERS),
                read.number(Setting.PRESENCE_MAX_NODE_BOARDS),
                read.number(Setting.PRESENCE_MAX_USER_BOARD_MEMBERS),
                read.number(Setting.PRESENCE_MAX_USER_MEMBERS),
                read.number(Setting.PRESENCE_BOARD_CHANGE_BYTES),
                LimitConfig.eventBytesPerSecond(read, Setting.PRESENCE_BOARD_SIGNAL_BYTES_PER_SECOND),
                read.number(Setting.PRESENCE_MAX_MEMBER_LOCKS),
                read.number(Setting.PRESENCE_MAX_BOARD_LOCKS),
                read.number(Setting.PRESENCE_MAX_LOCK_WAITERS),
                read.millis(Setting.PRESENCE_MAX_LOCK_MS),
                read.seconds(Setting.PRESENCE_AUDIT_SECONDS));
    }
}
