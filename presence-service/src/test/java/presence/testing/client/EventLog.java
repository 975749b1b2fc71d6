package presence.testing.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Reads the event log of a node's HTTP API. */
public final class EventLog {
    private final ApiClient api;

    public EventLog(int opsPort, String token) {
        api = new ApiClient(opsPort, token);
    }

    /** All events that match a query, such as {@code board=b1}; read in pages of {@code limit}. */
    public List<JsonObject> all(String query, int limit) {
        List<JsonObject> events = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            String path = "/events?limit=" + limit + (after.isEmpty() ? "" : "&after=" + after)
                    + (query.isEmpty() ? "" : "&" + query);
            HttpResponse<String> response = api.get(path);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonObject page = JsonParser.parseString(response.body()).getAsJsonObject();
            for (JsonElement event : page.getAsJsonArray("events")) {
                events.add(event.getAsJsonObject());
            }
            more = page.get("more").getAsBoolean();
            after = page.get("next").isJsonNull() ? after : page.get("next").getAsString();
        }
        return events;
    }

    /** The kinds of a board's events, in order, without updates. */
    public List<String> story(String board) {
        return all("board=" + board, 1_000).stream()
                .map(event -> event.get("kind").getAsString())
                .filter(kind -> !kind.equals("member.updated"))
                .toList();
    }
}
