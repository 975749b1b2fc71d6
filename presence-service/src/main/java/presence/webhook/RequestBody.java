package presence.webhook;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import presence.events.PresenceEvent;

/** Encodes events as the Standard Webhooks specification recommends: type, time and data, in JSON. */
final class RequestBody {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private RequestBody() {}

    /** @param events at least one */
    static String of(List<PresenceEvent> events) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "presence.events");
        body.put("timestamp", events.get(events.size() - 1).time());
        body.put(
                "data",
                Map.of("events", events.stream().map(PresenceEvent::shown).toList()));
        return GSON.toJson(body);
    }
}
