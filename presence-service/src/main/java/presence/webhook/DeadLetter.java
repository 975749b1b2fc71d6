package presence.webhook;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.util.Optional;

/**
 * A request that was given up.
 *
 * @param id the {@code webhook-id} of the request
 * @param target {@link Target#name} of its URL
 * @param events number of events
 * @param failedMs wall clock of the last attempt
 * @param error of the last attempt
 * @param body of the request; empty in lists
 */
public record DeadLetter(String id, String target, int events, long failedMs, int attempts, String error, String body) {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    DeadLetter withoutBody() {
        return withBody("");
    }

    public DeadLetter withBody(String other) {
        return new DeadLetter(id, target, events, failedMs, attempts, error, other);
    }

    /** All but the body. */
    public String json() {
        return GSON.toJson(withoutBody());
    }

    /** Reads what {@link #json} wrote; empty for anything else. */
    public static Optional<DeadLetter> of(String json) {
        try {
            DeadLetter letter = GSON.fromJson(json, DeadLetter.class);
            return letter == null || letter.id == null || letter.target == null || letter.error == null
                    ? Optional.empty()
                    : Optional.of(letter.withoutBody());
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }
}
