package presence.bench.rolling;

import java.util.ArrayList;
import java.util.List;

/** Counts what migrating users experienced since the last node was stopped. Their event loop only. */
final class RollingTally {
    private static final double NANOS_PER_MS = 1e6;

    /** When connections were opened. */
    private final List<Long> openedNanos = new ArrayList<>();

    private long longestGapNanos;
    private int gaps;
    private int notResumed;
    private int leftSeen;
    private int joinedSeen;
    private long positions;

    void opened(long nowNanos) {
        openedNanos.add(nowNanos);
    }

    /** Counts a time without a joined connection. */
    void gap(long nanos) {
        gaps++;
        longestGapNanos = Math.max(longestGapNanos, nanos);
    }

    /** Counts a user that became a new member. */
    void notResumed() {
        notResumed++;
    }

    /** Counts leaves that were shown of users who had not left. */
    void left(int count) {
        leftSeen += count;
    }

    /** Counts joins that were shown of users who had been there. */
    void joined(int count) {
        joinedSeen += count;
    }

    /** Counts positions shown; a user's own are among them when it moved. */
    void positions(int count) {
        positions += count;
    }

    long positions() {
        return positions;
    }

    /** Returns the most connections opened within any {@code windowMs}. */
    private int peak(long windowMs) {
        long window = windowMs * 1_000_000;
        int peak = 0;
        int from = 0;
        for (int to = 0; to < openedNanos.size(); to++) {
            while (openedNanos.get(to) - openedNanos.get(from) >= window) {
                from++;
            }
            peak = Math.max(peak, to - from + 1);
        }
        return peak;
    }

    RollingReport report() {
        return new RollingReport(
                openedNanos.size(),
                peak(100),
                peak(1_000),
                gaps,
                longestGapNanos / NANOS_PER_MS,
                notResumed,
                leftSeen,
                joinedSeen);
    }

    void forget() {
        openedNanos.clear();
        longestGapNanos = 0;
        gaps = 0;
        notResumed = 0;
        leftSeen = 0;
        joinedSeen = 0;
    }
}
