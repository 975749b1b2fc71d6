package presence.bench.swarm;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import presence.bench.client.Mover;

/** The counters of one event loop of the swarm, for its members or for its observers. That loop only, until the swarm is stopped. */
public final class Tally {
    /** Microseconds from the send to the receipt, up to a minute. */
    public final Histogram ages = new Histogram(60_000_000, 3);
    /** Microseconds from the start of the connection to the roster. */
    final Histogram joins = new Histogram(60_000_000, 3);

    /** Ages since the last call of {@link Swarm#recent}. */
    final Histogram recentAges = new Histogram(60_000_000, 2);

    long sent;
    public long delivered;
    /** Those of the delivered ones that were checked one by one. */
    long checked;

    long superseded;
    long lost;
    long cursorFrames;
    long cursorBytes;
    long otherFrames;
    long otherBytes;

    /** Windows shown so far, and how many members they showed together. */
    long windows;

    long visible;
    /** Positions that clients with a window got from outside of it and its margin. */
    long outside;
    /** Whether the service sends by window now, so that clients are not to get more. */
    boolean filtered;

    /** Differences between what clients got and what they should have got, since the start. */
    long failures;

    final List<String> firstFailures = new ArrayList<>(0);

    private static final int TOLD_FAILURES = 5;

    private final long patienceNanos;

    /** @param patienceNanos a position that is neither seen nor superseded within this time is lost */
    Tally(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** Counts that a receiver saw {@code number} of a mover after {@code last} (0 = none before). */
    void seen(Mover mover, long last, long number, long nowNanos) {
        checked++;
        long micros = Math.max(0, nowNanos - mover.sentNanos(number)) / 1_000;
        ages.recordValue(Math.min(micros, ages.getHighestTrackableValue()));
        recentAges.recordValue(Math.min(micros, recentAges.getHighestTrackableValue()));
        if (last == 0) {
            return;
        }
        for (long skipped = last + 1; skipped < number; skipped++) {
            if (nowNanos - mover.sentNanos(skipped) > patienceNanos) {
                lost++;
            } else {
                superseded++;
            }
        }
    }

    /** Notes a difference between what a client got and what it should have got. */
    void fail(String what) {
        if (failures++ < TOLD_FAILURES) {
            firstFailures.add(what);
        }
    }

    void forget() {
        ages.reset();
        recentAges.reset();
        joins.reset();
        sent = 0;
        delivered = 0;
        checked = 0;
        superseded = 0;
        lost = 0;
        cursorFrames = 0;
        cursorBytes = 0;
        otherFrames = 0;
        otherBytes = 0;
        windows = 0;
        visible = 0;
        outside = 0;
    }

    void add(Tally other) {
        ages.add(other.ages);
        recentAges.add(other.recentAges);
        joins.add(other.joins);
        addCounters(other);
    }

    /** Adds all but the ages. */
    void addCounters(Tally other) {
        sent += other.sent;
        delivered += other.delivered;
        checked += other.checked;
        superseded += other.superseded;
        lost += other.lost;
        cursorFrames += other.cursorFrames;
        cursorBytes += other.cursorBytes;
        otherFrames += other.otherFrames;
        otherBytes += other.otherBytes;
        windows += other.windows;
        visible += other.visible;
        outside += other.outside;
        failures += other.failures;
        firstFailures.addAll(other.firstFailures);
    }
}
