package presence.activity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The activity of a node without Redis; ends with the process. Thread-safe. */
public final class MemoryActivityStore implements ActivityStore {
    /** Most hours of boards, some 100 bytes each; the oldest are dropped first, their totals stay. */
    static final int MOST_BOARD_HOURS = 200_000;

    private static final class Stored {
        private final Map<String, Activity> boards = new HashMap<>();
        private final UserSketch users = new UserSketch();
        private Activity totals = Activity.NONE;
    }

    private final long hoursKept;
    private final int mostBoards;
    private final TreeMap<Long, Stored> hours = new TreeMap<>();

    /**
     * @param days how long it is kept
     * @param mostBoards boards recorded of an hour
     */
    public MemoryActivityStore(int days, int mostBoards) {
        hoursKept = days * Batch.HOURS_PER_DAY;
        this.mostBoards = mostBoards;
    }

    @Override
    public synchronized CompletionStage<Integer> add(long number, Batch batch) {
        int dropped = 0;
        Stored stored = hours.computeIfAbsent(batch.hour(), hour -> new Stored());
        long most = batch.samples().values().stream()
                .mapToLong(Integer::longValue)
                .max()
                .orElse(0);
        Activity totals = batch.totals();
        stored.totals = stored.totals.plus(new Activity(most, totals.joins(), totals.memberMs(), totals.signals()));
        batch.users().forEach(stored.users::add);
        for (Map.Entry<String, Activity> board : batch.boards().entrySet()) {
            if (stored.boards.containsKey(board.getKey()) || stored.boards.size() < mostBoards) {
                stored.boards.merge(board.getKey(), board.getValue(), Activity::plus);
            } else {
                dropped++;
            }
        }
        hours.headMap(batch.hour() - hoursKept).clear();
        return CompletableFuture.completedStage(dropped + dropOldest());
    }

    private int dropOldest() {
        int boardHours =
                hours.values().stream().mapToInt(stored -> stored.boards.size()).sum();
        int dropped = 0;
        for (Stored oldest : hours.values()) {
            if (boardHours <= MOST_BOARD_HOURS) {
                break;
            }
            dropped += oldest.boards.size();
            boardHours -= oldest.boards.size();
            oldest.boards.clear();
        }
        return dropped;
    }

    @Override
    public synchronized CompletionStage<List<Hour>> board(String board, long from, long to) {
        List<Hour> found = new ArrayList<>();
        hours.subMap(from, to).forEach((hour, stored) -> {
            Activity activity = stored.boards.get(board);
            if (activity != null) {
                found.add(new Hour(hour, activity));
            }
        });
        return CompletableFuture.completedStage(found);
    }

    @Override
    public synchronized CompletionStage<Totals> totals(long from, long to) {
        UserSketch all = new UserSketch();
        List<TotalHour> found = new ArrayList<>();
        hours.subMap(from, to).forEach((hour, stored) -> {
            all.addAll(stored.users);
            found.add(new TotalHour(hour, stored.totals, stored.users.count()));
        });
        return CompletableFuture.completedStage(new Totals(found, all.count()));
    }

    @Override
    public synchronized CompletionStage<Map<String, Activity>> boards(long hour) {
        Stored stored = hours.get(hour);
        return CompletableFuture.completedStage(stored == null ? Map.of() : Map.copyOf(stored.boards));
    }
}
