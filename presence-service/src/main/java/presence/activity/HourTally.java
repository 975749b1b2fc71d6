package presence.activity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is to be added to one hour. Not thread-safe. */
final class HourTally {
    /** Most boards, and users, of a batch: it must not block Redis for long. */
    private static final int PART = 500;

    private final long hour;
    private final int most;
    private final Map<String, Activity> boards = new HashMap<>();
    private final Set<String> users = new LinkedHashSet<>();
    private final Map<Long, Integer> samples = new TreeMap<>();
    private Activity totals = Activity.NONE;

    /** @param most boards kept, and ten times as many users */
    HourTally(long hour, int most) {
        this.hour = hour;
        this.most = most;
    }

    /** Adds to a board. Returns how many boards and users were left out because there are too many. */
    int add(String board, Activity activity, Set<String> more) {
        int dropped = 0;
        totals = totals.plus(activity);
        if (!activity.equals(Activity.NONE)) {
            if (boards.size() < most || boards.containsKey(board)) {
                boards.merge(board, activity, Activity::plus);
            } else {
                dropped++;
            }
        }
        for (String user : more) {
            if (users.size() < 10L * most || users.contains(user)) {
                users.add(user);
            } else {
                dropped++;
            }
        }
        return dropped;
    }

    void sample(long periodMs, int members) {
        samples.merge(periodMs, members, Integer::sum);
    }

    int boards() {
        return boards.size();
    }

    boolean isEmpty() {
        return boards.isEmpty() && users.isEmpty() && samples.isEmpty();
    }

    /** Returns everything in batches of bounded size, the totals in the first. */
    List<Batch> batches() {
        List<Map.Entry<String, Activity>> allBoards = new ArrayList<>(boards.entrySet());
        List<String> allUsers = new ArrayList<>(users);
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from == 0 || from < Math.max(allBoards.size(), allUsers.size()); from += PART) {
            Map<String, Activity> some = new HashMap<>();
            part(allBoards, from).forEach(entry -> some.put(entry.getKey(), entry.getValue()));
            batches.add(new Batch(
                    hour,
                    from == 0 ? totals : Activity.NONE,
                    from == 0 ? samples : Map.of(),
                    some,
                    List.copyOf(part(allUsers, from))));
        }
        return batches;
    }

    private static <T> List<T> part(List<T> all, int from) {
        return all.subList(Math.min(from, all.size()), Math.min(from + PART, all.size()));
    }
}
