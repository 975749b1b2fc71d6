package presence.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import presence.api.Route.Scope;
import presence.events.EventStore;
import presence.events.PresenceEvent;
import presence.metrics.ServiceMetrics;
import presence.ops.StreamedReply;
import presence.security.ApiRight;
import presence.security.ApiTokens;

/** Endpoints for the event log: in pages, and as a live stream. */
final class EventEndpoints {
    /** Most events that a request for a page reads in search of those that match. */
    private static final int MOST_READ = 10_000;

    private static final int CHUNK = 1_000;
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    /** Most live streams of a node. */
    static final int MOST_STREAMS = 32;

    private final @Nullable EventStore store;
    private final ApiTokens tokens;
    private final ServiceMetrics metrics;
    private final AtomicInteger streams = new AtomicInteger();
    private final @Nullable EventStreamMetrics streamMetrics;

    /** @param tokens decide whether a stream may go on */
    EventEndpoints(@Nullable EventStore store, ApiTokens tokens, ServiceMetrics metrics) {
        this.store = store;
        this.tokens = tokens;
        this.metrics = metrics;
        streamMetrics = store == null ? null : EventStreamMetrics.in(metrics, streams);
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.GET, "/events", ApiRight.EVENTS, Scope.CHECKED_BY_ENDPOINT, this::page),
                new Route(HttpMethod.GET, "/events/live", ApiRight.EVENTS, Scope.CHECKED_BY_ENDPOINT, this::live));
    }

    private EventStore store() throws ApiException {
        if (store == null) {
            throw new ApiException(
                    HttpResponseStatus.NOT_FOUND, "events_off", "no events are recorded: set PRESENCE_EVENTS=on");
        }
        return store;
    }

    private CompletionStage<ApiAnswer> page(ApiCall call) throws ApiException {
        EventStore log = store();
        int limit = call.query("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        EventFilter filter = EventFilter.asked(call);
        String after = call.query("after");
        String from = after == null ? "" : id(after);
        return collect(log, filter, from, limit, 0, false, new ArrayList<>());
    }

    /** @param gap whether events after the one that the caller named may have been removed */
    private static CompletionStage<ApiAnswer> collect(
            EventStore log, EventFilter filter, String from, int limit, int read, boolean gap, List<Object> found) {
        return log.read(from, CHUNK).thenCompose(page -> {
            boolean lost = gap || isGap(from, page.oldest());
            String last = from;
            for (PresenceEvent event : page.events()) {
                if (found.size() == limit) {
                    return CompletableFuture.completedStage(answer(found, last, true, lost));
                }
                last = event.id();
                if (filter.accepts(event)) {
                    found.add(event.shown());
                }
            }
            int all = read + page.events().size();
            boolean more = page.events().size() == CHUNK;
            return more && all < MOST_READ && found.size() < limit
                    ? collect(log, filter, last, limit, all, lost, found)
                    : CompletableFuture.completedStage(answer(found, last, more, lost));
        });
    }

    private static ApiAnswer answer(List<Object> found, String last, boolean more, boolean gap) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("events", found);
        body.put("next", last.isEmpty() ? null : last);
        body.put("more", more);
        body.put("gap", gap);
        return ApiAnswer.ok(body);
    }

    /** Returns whether events between {@code after} and the oldest one may have been removed. */
    static boolean isGap(String after, String oldest) {
        return !after.isEmpty() && !after.equals("0-0") && !oldest.isEmpty() && EventStore.compare(after, oldest) < 0;
    }

    private static String id(String text) throws ApiException {
        if (!EventStore.isId(text)) {
            throw ApiException.invalid("bad_after", "after must be the id of an event");
        }
        return text;
    }

    private CompletionStage<ApiAnswer> live(ApiCall call) throws ApiException {
        EventStore log = store();
        EventStreamMetrics counted = streamMetrics;
        EventFilter filter = EventFilter.asked(call);
        String asked = call.query("after");
        String after = asked == null ? "" : id(asked);
        String from = call.lastEventId().isEmpty() ? after : id(call.lastEventId());
        if (counted == null || streams.incrementAndGet() > MOST_STREAMS) {
            streams.decrementAndGet();
            throw new ApiException(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    "too_many_streams",
                    "this node has " + MOST_STREAMS + " streams of events, the limit: use another node, or read pages");
        }
        CompletionStage<String> start = from.isEmpty()
                ? log.read("", 0).thenApply(page -> page.latest().isEmpty() ? "0-0" : page.latest())
                : CompletableFuture.completedStage(from);
        return start.whenComplete((id, failure) -> {
                    if (failure != null) {
                        streams.decrementAndGet();
                    }
                })
                .thenApply(id -> ApiAnswer.streamed(new StreamedReply(
                        "text/event-stream; charset=utf-8",
                        context -> new EventStream(
                                        context, log, filter, id, () -> tokens.isCurrent(call.caller()), counted)
                                .begin())));
    }
}
