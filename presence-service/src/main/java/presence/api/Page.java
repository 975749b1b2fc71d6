package presence.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Selects a part of a list: the items after a key, up to a limit. Pages by key, not by number, so that changes between
 * two pages neither skip nor repeat items.
 *
 * @param after null: from the beginning
 */
record Page(int limit, @Nullable String after) {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    static Page asked(ApiCall call) throws ApiException {
        return new Page(call.query("limit", DEFAULT_LIMIT, 1, MAX_LIMIT), call.query("after"));
    }

    /**
     * The items on this page.
     *
     * @param sorted by {@code key}, ascending
     */
    <T> List<T> of(List<T> sorted, Function<T, String> key) {
        List<T> items = new ArrayList<>();
        for (T item : sorted) {
            boolean isBehind = after == null || key.apply(item).compareTo(after) > 0;
            if (isBehind && items.size() < limit) {
                items.add(item);
            }
        }
        return items;
    }

    /** The list under its name, the total, and the key after which the next page begins: null on the last. */
    <T> Map<String, Object> shown(String name, List<?> shown, List<T> items, List<T> sorted, Function<T, String> key) {
        T last = items.isEmpty() ? null : items.get(items.size() - 1);
        boolean more = last != null && !last.equals(sorted.get(sorted.size() - 1));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(name, shown);
        body.put("total", sorted.size());
        body.put("next", more ? key.apply(last) : null);
        return body;
    }
}
