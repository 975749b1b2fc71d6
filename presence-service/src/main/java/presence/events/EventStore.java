package presence.events;

import java.util.List;
import java.util.concurrent.CompletionStage;
import presence.board.spi.Inconsistency;

/**
 * The event log. Knows which members it has as present, and appends an event for a change only if it is new to it.
 * Thread-safe; stages end on a thread that must not be blocked.
 */
public interface EventStore {
    /** Reports a change; kept until it is stored. Changes of a node are stored in the order of the calls. */
    void append(Change change);

    /**
     * A part of the log.
     *
     * @param oldest, latest ids of the first and last event of the log; empty if it has none
     */
    record Page(String oldest, String latest, List<PresenceEvent> events) {}

    /**
     * Reads the oldest events after {@code after}; the stage fails while the log cannot be read.
     *
     * @param after an id; empty = from the oldest
     * @param most 0 = only the ends of the log
     */
    CompletionStage<Page> read(String after, int most);

    /** Compares the log with what this node reported. Finds nothing while the log cannot be read. */
    CompletionStage<List<Inconsistency>> inspect();

    /** Has this node's members leave the log, because the node stops. The stage completes when this was tried. */
    CompletionStage<?> retire();

    /** Compares two ids. */
    static int compare(String one, String other) {
        int byTime = Long.compareUnsigned(part(one, 0), part(other, 0));
        return byTime != 0 ? byTime : Long.compareUnsigned(part(one, 1), part(other, 1));
    }

    /** Returns whether a text is an id of an event. */
    static boolean isId(String text) {
        return text.matches("\\d{1,18}-\\d{1,18}");
    }

    private static long part(String id, int index) {
        String[] parts = id.split("-", 2);
        return index < parts.length ? Long.parseLong(parts[index]) : 0;
    }
}
