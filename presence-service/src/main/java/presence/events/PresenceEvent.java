package presence.events;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One entry of the event log.
 *
 * @param id position in the log, {@code <ms>-<number>}; unique, and rises from event to event
 * @param kind a name of {@link EventKind}, or of a later release
 * @param timeMs wall clock of the node on which it happened, in milliseconds since 1970
 * @param node id of that node
 * @param board, member, user empty where the event has none
 * @param data JSON object; empty where the event has none
 */
public record PresenceEvent(
        String id, String kind, long timeMs, String node, String board, String member, String user, String data) {

    /** Reads the fields of an entry; missing ones are empty. */
    public static PresenceEvent of(String id, Map<String, String> fields) {
        return new PresenceEvent(
                id,
                fields.getOrDefault("kind", ""),
                number(fields.getOrDefault("time", "0")),
                fields.getOrDefault("node", ""),
                fields.getOrDefault("board", ""),
                fields.getOrDefault("member", ""),
                fields.getOrDefault("user", ""),
                fields.getOrDefault("data", ""));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Returns the event as the HTTP API shows it, in the order of its fields. */
    public Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", id);
        shown.put("kind", kind);
        shown.put("time", time());
        shown.put("node", node);
        putUnlessEmpty(shown, "board", board);
        putUnlessEmpty(shown, "member_id", member);
        putUnlessEmpty(shown, "user_id", user);
        shown.put("data", dataObject());
        return shown;
    }

    /** The time as ISO 8601 in UTC. */
    public String time() {
        try {
            return Instant.ofEpochMilli(timeMs).toString();
        } catch (DateTimeException e) {
            return "";
        }
    }

    /** The data; an empty object where there is none, or where it is malformed. */
    public JsonObject dataObject() {
        try {
            JsonElement parsed = JsonParser.parseString(data);
            return parsed.isJsonObject() ? parsed.getAsJsonObject() : new JsonObject();
        } catch (JsonParseException e) {
            return new JsonObject();
        }
    }

    private static void putUnlessEmpty(Map<String, Object> shown, String name, String value) {
        if (!value.isEmpty()) {
            shown.put(name, value);
        }
    }
}
