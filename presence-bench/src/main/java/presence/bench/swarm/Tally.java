package presence.bench.swarm;

import org.HdrHistogram.Histogram;
import presence.bench.client.Mover;

/** The counters of one event loop of the swarm. That loop only, until the swarm is stopped. */
public final class Tally {
    /** Microseconds from the send to the receipt, up to a minute. */
    public final Histogram ages = new Histogram(60_000_000, 3);
    /** The same since the last call of {@link Swarm#recent}. */
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

    void forget() {
        ages.reset();
        recentAges.reset();
        sent = 0;
        delivered = 0;
        checked = 0;
        superseded = 0;
        lost = 0;
        cursorFrames = 0;
        cursorBytes = 0;
        otherFrames = 0;
        otherBytes = 0;
    }

    void add(Tally other) {
        ages.add(other.ages);
        recentAges.add(other.recentAges);
        sent += other.sent;
        delivered += other.delivered;
        checked += other.checked;
        superseded += other.superseded;
        lost += other.lost;
        cursorFrames += other.cursorFrames;
        cursorBytes += other.cursorBytes;
        otherFrames += other.otherFrames;
        otherBytes += other.otherBytes;
    }
}
