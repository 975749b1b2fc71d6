package presence.cluster.redis;

import java.util.HashMap;
import java.util.Map;

/** Whether Redis throws keys away when it is short of memory. All keys of nodes have a TTL: every policy but one may take them. */
public final class EvictionPolicy {
    private EvictionPolicy() {}

    /** @param policy as Redis names it; empty if it is not known */
    public static boolean evicts(String policy) {
        return !policy.isEmpty() && !policy.equals("noeviction");
    }

    /** The fields of a section of {@code INFO}. */
    public static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().map(line -> line.split(":", 2)).forEach(pair -> {
            if (pair.length == 2) {
                fields.put(pair[0], pair[1].strip());
            }
        });
        return fields;
    }
}
