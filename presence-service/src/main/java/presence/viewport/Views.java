package presence.viewport;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The distinct windows that the clients of a board show, each with its interval. */
final class Views {
    /** Windows with other intervals are other views: what is encoded for them differs. */
    private record Key(Window window, int intervalMs) {}

    private final int tickMs;
    private final Map<Key, View> open = new HashMap<>();
    private final ArrayList<Integer> freeIds = new ArrayList<>(0);
    private int ids;

    Views(int tickMs) {
        this.tickMs = tickMs;
    }

    View enter(Window window, int leastMs) {
        int intervalMs = Math.max(leastMs, window.intervalMs(tickMs));
        View view =
                open.computeIfAbsent(new Key(window, intervalMs), key -> new View(newId(), window, intervalMs, tickMs));
        view.viewers++;
        return view;
    }

    void leave(View view) {
        if (--view.viewers == 0) {
            open.remove(new Key(view.window, view.intervalMs()));
            freeIds.add(view.id);
        }
    }

    private int newId() {
        return freeIds.isEmpty() ? ids++ : freeIds.remove(freeIds.size() - 1);
    }

    Collection<View> all() {
        return open.values();
    }

    /** Returns how many ids are in use at most: all ids are below. */
    int idLimit() {
        return ids;
    }
}
