package presence.cluster.redis;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells whether a maxmemory policy evicts this service's keys. All of them have a TTL, so every policy but noeviction
 * may.
 */
public final class EvictionPolicy {
    private EvictionPolicy() {}

    /** @param policy Redis's name of it; empty if unknown */
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
