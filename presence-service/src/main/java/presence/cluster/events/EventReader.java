package presence.cluster.events;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import presence.cluster.redis.LuaScript;
import presence.cluster.redis.RedisKeys;
import presence.events.EventStore;
import presence.events.PresenceEvent;

/** The script that reads the event log: its keys, arguments and answer. */
public final class EventReader {
    public static final LuaScript SCRIPT = LuaScript.load("eventread.lua");

    private EventReader() {}

    public static String[] keys(RedisKeys keys) {
        return new String[] {keys.events()};
    }

    /** @param after empty = from the oldest event */
    public static List<byte[]> args(String after, int most) {
        return List.of(bytes(after), bytes(Integer.toString(most)));
    }

    public static EventStore.Page page(List<Object> answer) {
        List<PresenceEvent> events = new ArrayList<>(answer.size());
        for (Object entry : answer.subList(2, answer.size())) {
            if (entry instanceof List<?> parts && parts.size() == 2 && parts.get(1) instanceof List<?> fields) {
                events.add(PresenceEvent.of(text(parts.get(0)), fields(fields)));
            }
        }
        return new EventStore.Page(text(answer.get(0)), text(answer.get(1)), events);
    }

    private static Map<String, String> fields(List<?> flat) {
        Map<String, String> fields = new HashMap<>();
        for (int at = 0; at + 1 < flat.size(); at += 2) {
            fields.put(text(flat.get(at)), text(flat.get(at + 1)));
        }
        return fields;
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
