package presence.activity;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Keeps activity by hour, of all nodes. Thread-safe; stages fail while it cannot be used. */
public interface ActivityStore {
    /** What is kept of an hour. */
    record Hour(long hour, Activity activity) {}

    /**
     * An hour of all boards.
     *
     * @param users distinct ones, about
     */
    record TotalHour(long hour, Activity activity, long users) {}

    /**
     * Hours of all boards.
     *
     * @param hours those with activity, ascending
     * @param users distinct ones of all hours, about
     */
    record Totals(List<TotalHour> hours, long users) {}

    /**
     * Adds what a node has counted. A batch that was added before is ignored, so that one without an answer can be
     * repeated.
     *
     * @param number of the node's batch, from 1, without gaps
     * @return the boards that were not recorded, because the hour has too many
     */
    CompletionStage<Integer> add(long number, Batch batch);

    /** Returns the hours of a board that have activity, ascending. {@code to} is excluded. */
    CompletionStage<List<Hour>> board(String board, long from, long to);

    /** Returns the hours of all boards. {@code to} is excluded. */
    CompletionStage<Totals> totals(long from, long to);

    /** Returns the activity of each board in an hour. */
    CompletionStage<Map<String, Activity>> boards(long hour);
}
