package presence.webhook;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the delivery to a URL is.
 *
 * @param cursor id of the last event that was delivered, or given up
 * @param until id of the last event of the request that is being tried; empty if none is. Kept, so that a request that is
 *     repeated has the same id and events
 * @param attempts of that request that failed
 * @param nextMs wall clock before which it is not tried again
 * @param error of the last attempt; empty if there was none
 */
public record Progress(String cursor, String until, int attempts, long nextMs, String error) {
    /** Returns the progress of a URL that has got everything up to an event. */
    public static Progress after(String cursor) {
        return new Progress(cursor, "", 0, 0, "");
    }

    /** Reads what {@link #fields} wrote. */
    public static Progress of(Map<String, String> fields) {
        return new Progress(
                fields.getOrDefault("cursor", "0-0"),
                fields.getOrDefault("until", ""),
                (int) number(fields, "attempts"),
                number(fields, "next"),
                fields.getOrDefault("error", ""));
    }

    private static long number(Map<String, String> fields, String name) {
        try {
            return Long.parseLong(fields.getOrDefault(name, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("cursor", cursor);
        fields.put("until", until);
        fields.put("attempts", Integer.toString(attempts));
        fields.put("next", Long.toString(nextMs));
        fields.put("error", error);
        return fields;
    }

    Progress begun(String last) {
        return new Progress(cursor, last, 0, 0, "");
    }

    Progress failed(String why, long retryAtMs) {
        return new Progress(cursor, until, attempts + 1, retryAtMs, why);
    }
}
