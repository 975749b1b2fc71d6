package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import presence.api.Route.Scope;
import presence.security.ApiRight;
import presence.webhook.DeadLetter;
import presence.webhook.Webhooks;

/** Endpoints for dead letters: requests of webhooks that were given up. */
final class WebhookEndpoints {
    private final @Nullable Webhooks webhooks;

    WebhookEndpoints(@Nullable Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.GET, "/webhooks/dead", ApiRight.EVENTS, Scope.ALL_BOARDS, this::list),
                new Route(
                        HttpMethod.POST, "/webhooks/dead/{id}/replay", ApiRight.EVENTS, Scope.ALL_BOARDS, this::replay),
                new Route(HttpMethod.DELETE, "/webhooks/dead/{id}", ApiRight.EVENTS, Scope.ALL_BOARDS, this::remove));
    }

    private Webhooks webhooks() throws ApiException {
        if (webhooks == null) {
            throw new ApiException(
                    HttpResponseStatus.NOT_FOUND, "webhooks_off", "there are no webhooks: set PRESENCE_WEBHOOK_URL");
        }
        return webhooks;
    }

    private CompletionStage<ApiAnswer> list(ApiCall call) throws ApiException {
        Page page = Page.asked(call);
        return webhooks().dead().thenApply(found -> {
            List<DeadLetter> sorted =
                    found.stream().sorted(Comparator.comparing(DeadLetter::id)).toList();
            List<DeadLetter> items = page.of(sorted, DeadLetter::id);
            List<Map<String, Object>> shown =
                    items.stream().map(WebhookEndpoints::shown).toList();
            return ApiAnswer.ok(page.shown("dead_letters", shown, items, sorted, DeadLetter::id));
        });
    }

    private static Map<String, Object> shown(DeadLetter letter) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", letter.id());
        shown.put("target", letter.target());
        shown.put("events", letter.events());
        shown.put("failed_at", Instant.ofEpochMilli(letter.failedMs()).toString());
        shown.put("attempts", letter.attempts());
        shown.put("error", letter.error());
        return shown;
    }

    private CompletionStage<ApiAnswer> replay(ApiCall call) throws ApiException {
        return webhooks().replay(call.idInPath()).thenApply(outcome -> {
            if (outcome.isEmpty()) {
                return ApiAnswer.failed(
                        HttpResponseStatus.NOT_FOUND,
                        "unknown_letter",
                        "there is no such dead letter, or its URL is configured no more");
            }
            return ApiAnswer.ok(Map.of("delivered", outcome.get().isEmpty(), "error", outcome.get()));
        });
    }

    private CompletionStage<ApiAnswer> remove(ApiCall call) throws ApiException {
        String id = call.idInPath();
        return webhooks().removeDead(id).thenApply(done -> ApiAnswer.ok(Map.of("removed", id)));
    }
}
