package presence.simulation;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A clock that jumps from event to event, in microseconds. Events of one instant run in the order of their creation. */
final class VirtualTime {
    static final long MS = 1_000;
    static final long SECOND = 1_000_000;
    private static final long MOST_EVENTS = 1_000_000;
    private static final long START = 1_000 * SECOND;

    private static final class Event implements Comparable<Event> {
        final long atUs;
        final long number;
        final @Nullable Lane lane;
        final Runnable task;

        Event(long atUs, long number, @Nullable Lane lane, Runnable task) {
            this.atUs = atUs;
            this.number = number;
            this.lane = lane;
            this.task = task;
        }

        @Override
        public int compareTo(Event other) {
            return atUs == other.atUs ? Long.compare(number, other.number) : Long.compare(atUs, other.atUs);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>(256);
    private long nowUs = START;
    private long created;
    private long ran;
    private long fingerprint = 17;

    long nowUs() {
        return nowUs;
    }

    long nowMs() {
        return nowUs / MS;
    }

    /** Microseconds since the start of the scenario. */
    long sinceStartUs() {
        return nowUs - START;
    }

    /** The number of events that ran. */
    long ran() {
        return ran;
    }

    /** Differs, almost certainly, between two runs that are not the same. */
    long fingerprint() {
        return fingerprint;
    }

    /** @param lane of the process in which the task runs; null for what belongs to none */
    void at(long us, @Nullable Lane lane, Runnable task) {
        events.add(new Event(Math.max(us, nowUs), created++, lane, task));
    }

    void after(long us, @Nullable Lane lane, Runnable task) {
        at(nowUs + us, lane, task);
    }

    /** Runs all events up to a time, and ends there. */
    void runUntil(long us) {
        for (Event next = events.peek(); next != null && next.atUs <= us; next = events.peek()) {
            events.remove();
            nowUs = next.atUs;
            run(next);
        }
        nowUs = Math.max(nowUs, us);
    }

    private void run(Event event) {
        Lane lane = event.lane;
        if (lane != null && lane.isDead()) {
            return;
        }
        if (lane != null && lane.isFrozen()) {
            lane.hold(event.task);
        } else if (lane != null && lane.notBeforeUs() > nowUs) {
            at(lane.notBeforeUs(), lane, event.task);
        } else {
            if (ran++ > MOST_EVENTS) {
                throw new IllegalStateException("events without end");
            }
            fingerprint = fingerprint * 31 + nowUs;
            event.task.run();
        }
    }
}
